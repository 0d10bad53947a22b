"""What forms of the pages offer to choose from: where people live, and runbooks of other kinds."""

from incident.web.views import Choice

REGIONS = (Choice("DE", "Germany (220)"), Choice("US-CA", "United States (US-CA) (120)"))
RUNBOOKS = (Choice("ransomware", "Ransomware"), Choice("public_bucket", "Public bucket"))
