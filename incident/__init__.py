"""seventytwo: incidents, their phases, the law, and what must be told to whom."""
