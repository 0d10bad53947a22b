"""Commands of `seventytwo` that come in groups: one module a group, each importing only what it needs."""
