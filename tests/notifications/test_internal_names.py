"""What must stay inside is found as a whole word, and ordinary text is left alone."""

import pytest

from notifications.internal_names import check_internal
from notifications.message import Text

NAMES = ("amber-heron", "Mara Quist")


def found(written: str) -> list[str]:
    return [item.message.split("”")[0].strip("“") for item in check_internal(Text("S", written), NAMES, "en")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("In incident amber-heron we found this.", "amber-heron"),
        ("We call it Amber Heron.", "Amber Heron"),
        ("Ask Mara\nQuist.", "Mara Quist"),
        ("The host db-3.prod.internal was open.", "db-3.prod.internal"),
        ("See https://wiki.corp/page.", "wiki.corp"),
        ("It ran on localhost.", "localhost"),
        ("The address 10.20.0.7 was open.", "10.20.0.7"),
        ("The address 172.16.4.1 was open.", "172.16.4.1"),
        ("The address 192.168.1.12 was open.", "192.168.1.12"),
        ("Ticket INC-20431 has more.", "INC-20431"),
        ("The data are credentials_plain and more.", "credentials_plain"),
    ],
)
def test_an_internal_name_is_an_error(written: str, said: str) -> None:
    assert found(written) == [said]


@pytest.mark.parametrize(
    "written",
    [
        "A heron of amber colour, seen by Mara.",
        "Hello {{ people_count }} people, write to privacy_team@brightdesk.example.",
        "See https://brightdesk.example/what_happened?a_b=1.",
        "Version 172.32.1.1 and 110.20.0.7; CVE-2026-1234, ISO-27001, UTC-05.",
        "Your local office in the corporation, an internal matter.",
    ],
)
def test_ordinary_text_passes(written: str) -> None:
    assert found(written) == []
