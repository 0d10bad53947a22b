"""Questions put without an incident: facts and moments in, the assessment or the duties out. Pure, for CLI and API."""
