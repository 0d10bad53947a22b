"""The law: duties as data, their triggers, how time is counted, and what follows for one set of facts. Pure."""
