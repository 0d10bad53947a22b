"""Where a day of a country or region ends: the time zone a deadline's last second is read in."""

from collections.abc import Mapping

_EUROPE = {  # the EU, the other EEA states, the United Kingdom and Switzerland: the zone of the authority's seat
    **{"AT": "Vienna", "BE": "Brussels", "BG": "Sofia", "CZ": "Prague", "DE": "Berlin", "DK": "Copenhagen"},
    **{"EE": "Tallinn", "ES": "Madrid", "FI": "Helsinki", "FR": "Paris", "GR": "Athens", "HR": "Zagreb"},
    **{"HU": "Budapest", "IE": "Dublin", "IT": "Rome", "LT": "Vilnius", "LU": "Luxembourg", "LV": "Riga"},
    **{"MT": "Malta", "NL": "Amsterdam", "PL": "Warsaw", "PT": "Lisbon", "RO": "Bucharest", "SE": "Stockholm"},
    **{"SI": "Ljubljana", "SK": "Bratislava", "LI": "Vaduz", "NO": "Oslo", "GB": "London", "CH": "Zurich"},
    **{"TR": "Istanbul", "EU": "Brussels"},  # EU: the seat of its institutions
}
_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/" + city for city in ("New_York", "Chicago", "Denver", "Los_Angeles")
)
_STATES = {  # of a state with several zones the one whose day ends first, so the earliest of its midnights
    **dict.fromkeys(("CT", "DC", "DE", "FL", "GA", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA"), _EASTERN),
    **dict.fromkeys(("RI", "SC", "VA", "VT", "WV", "KY", "TN"), _EASTERN),  # KY, TN: the west is Central
    **{"IN": "America/Indiana/Indianapolis", "MI": "America/Detroit"},
    **dict.fromkeys(("AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), _CENTRAL),
    **dict.fromkeys(("KS", "ND", "NE", "SD", "TX"), _CENTRAL),  # their west is Mountain
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), _MOUNTAIN),
    "AZ": _MOUNTAIN,  # the Navajo Nation keeps daylight saving, Phoenix does not: in summer its day ends first
    "NV": _MOUNTAIN,  # West Wendover
    **{"ID": "America/Boise", "OR": "America/Boise"},  # OR: Malheur County
    **{"CA": _PACIFIC, "WA": _PACIFIC, "AK": "America/Anchorage", "HI": "Pacific/Honolulu"},
    **{"PR": "America/Puerto_Rico", "VI": "America/St_Thomas", "GU": "Pacific/Guam"},
    **{"AS": "Pacific/Pago_Pago", "MP": "Pacific/Saipan"},
}
_PROVINCES = {  # of a province with several zones, as of a state
    **dict.fromkeys(("ON", "QC"), "America/Toronto"),
    **{"AB": "America/Edmonton", "BC": "America/Edmonton", "MB": "America/Winnipeg", "NB": "America/Moncton"},
    **{"NL": "America/St_Johns", "NS": "America/Halifax", "NT": "America/Edmonton", "NU": "America/Toronto"},
    **{"PE": "America/Halifax", "SK": "America/Regina", "YT": "America/Whitehorse"},
}
ZONES: Mapping[str, str] = {
    **{code: f"Europe/{city}" for code, city in _EUROPE.items()},
    **{"CY": "Asia/Nicosia", "IS": "Atlantic/Reykjavik"},
    "US": _EASTERN,  # federal law: the seat of the agencies
    **{f"US-{state}": zone for state, zone in _STATES.items()},
    "CA": "America/Toronto",  # Ottawa
    **{f"CA-{province}": zone for province, zone in _PROVINCES.items()},
    "BR": "America/Sao_Paulo",  # Brasília, the seat of the authority, keeps the same time
    **{"AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CO": "America/Bogota"},
    "MX": "America/Mexico_City",
    **{"AE": "Asia/Dubai", "AU": "Australia/Sydney", "CN": "Asia/Shanghai", "EG": "Africa/Cairo"},
    **{"HK": "Asia/Hong_Kong", "ID": "Asia/Jakarta", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata"},
    **{"JP": "Asia/Tokyo", "KE": "Africa/Nairobi", "KR": "Asia/Seoul", "MY": "Asia/Kuala_Lumpur"},
    **{"NG": "Africa/Lagos", "NZ": "Pacific/Auckland", "PH": "Asia/Manila", "SA": "Asia/Riyadh"},
    **{"SG": "Asia/Singapore", "TH": "Asia/Bangkok", "TW": "Asia/Taipei", "VN": "Asia/Ho_Chi_Minh"},
    "ZA": "Africa/Johannesburg",
}


def zone_of(code: str) -> str | None:
    """The IANA zone of a country or region (BE, US-CA, CA-QC); a region that is not listed has its country's."""
    return ZONES.get(code) or ZONES.get(code.partition("-")[0])
