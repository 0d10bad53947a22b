"""Where a day ends: every country and region has a zone, and of several the one whose day ends first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incident.law.places import ZONES, zone_of

EEA = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT"),
    *("LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
ELSEWHERE = (
    *("AE", "AR", "AU", "BR", "CA", "CA-AB", "CA-QC", "CH", "CL", "CN", "CO", "EG", "GB", "HK", "ID", "IL", "IN", "JP"),
    *("KE", "KR", "MX", "MY", "NG", "NZ", "PH", "SA", "SG", "TH", "TR", "TW", "US", "VN", "ZA", "AE-DIFC", "AE-ADGM"),
)
STATES = (
    *("AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID", "IL", "IN", "KS", "KY"),
    *("LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK"),
    *("OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY"),
)
SPLIT = {  # a state or province → its zones, all of them
    "US-FL": ("America/New_York", "America/Chicago"),
    "US-KY": ("America/New_York", "America/Chicago"),
    "US-TN": ("America/New_York", "America/Chicago"),
    "US-IN": ("America/Indiana/Indianapolis", "America/Chicago"),
    "US-MI": ("America/Detroit", "America/Menominee"),
    "US-KS": ("America/Chicago", "America/Denver"),
    "US-ND": ("America/Chicago", "America/Denver"),
    "US-NE": ("America/Chicago", "America/Denver"),
    "US-SD": ("America/Chicago", "America/Denver"),
    "US-TX": ("America/Chicago", "America/Denver"),
    "US-ID": ("America/Boise", "America/Los_Angeles"),
    "US-OR": ("America/Boise", "America/Los_Angeles"),
    "US-NV": ("America/Denver", "America/Los_Angeles"),
    "US-AZ": ("America/Denver", "America/Phoenix"),
    "US-AK": ("America/Anchorage", "America/Adak"),
    "CA-BC": ("America/Edmonton", "America/Vancouver"),
    "CA-ON": ("America/Toronto", "America/Winnipeg"),
}


@pytest.mark.parametrize("code", [*EEA, *ELSEWHERE, *(f"US-{state}" for state in STATES), "EU"])
def test_every_jurisdiction_with_a_rule_has_a_zone(code: str) -> None:
    zone = zone_of(code)
    assert zone is not None
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize("code", [f"US-{state}" for state in STATES])
def test_every_state_has_a_zone_of_its_own(code: str) -> None:
    assert code in ZONES


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("BE", "Europe/Brussels"),
        ("US", "America/New_York"),
        ("BR", "America/Sao_Paulo"),
        ("AU", "Australia/Sydney"),
        ("CA", "America/Toronto"),
        ("CA-QC", "America/Toronto"),
        ("CA-AB", "America/Edmonton"),
        ("US-CA", "America/Los_Angeles"),
        ("US-IA", "America/Chicago"),
        ("US-VT", "America/New_York"),
        ("DE-BY", "Europe/Berlin"),
        ("AE-DIFC", "Asia/Dubai"),
        ("US-ZZ", "America/New_York"),
    ],
)
def test_a_region_falls_back_to_its_country(code: str, zone: str) -> None:
    assert zone_of(code) == zone


@pytest.mark.parametrize("code", ["", "XX", "contract", "XX-YY"])
def test_an_unknown_place_has_no_zone(code: str) -> None:
    assert zone_of(code) is None


@pytest.mark.parametrize("code", SPLIT)
def test_of_several_zones_the_day_that_ends_first_counts(code: str) -> None:
    chosen = zone_of(code)
    assert chosen is not None
    for month in range(1, 13):
        midnight = datetime(2027, month, 15)  # noqa: DTZ001
        ends = [midnight.replace(tzinfo=ZoneInfo(zone)).timestamp() for zone in SPLIT[code]]
        assert midnight.replace(tzinfo=ZoneInfo(chosen)).timestamp() == min(ends)


def test_the_zones_are_in_their_hemispheres() -> None:
    """A typing slip would put a place a dozen hours away."""
    noon = datetime(2027, 1, 15, 12)  # noqa: DTZ001
    for code, zone in ZONES.items():
        offset = noon.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        assert offset is not None
        if code.startswith(("US-", "CA")) and code not in ("US-GU", "US-MP"):
            assert offset < timedelta(hours=-3)
        if code in EEA:
            assert timedelta(0) <= offset <= timedelta(hours=2)
