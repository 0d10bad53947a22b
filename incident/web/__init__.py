"""The console and the public pages: thin routers on verbs and queries, templates, live events."""
