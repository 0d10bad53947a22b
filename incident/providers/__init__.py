"""Events of mail providers: proven on the raw bytes, then read into what was heard of single mails (pure)."""
