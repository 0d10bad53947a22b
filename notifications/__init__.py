"""Telling people: audiences, editions, releases, one row per delivery. Knows nothing of breaches."""
