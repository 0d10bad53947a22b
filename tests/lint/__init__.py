"""A corpus of notices, good and bad, that the lint must tell apart."""
