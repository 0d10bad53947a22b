"""Verbs: one verb, one function, one transaction; each asks for permission first and writes its own entry."""
