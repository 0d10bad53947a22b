"""German pages cite acts of the Union as Germans do, and every other law as it is cited."""

import tomllib

import pytest

from incident.law.packs import shipped_duties
from incident.settings import PACKAGE
from incident.web.breach_words import cited
from incident.web.citations import german, of_the_union
from incident.web.languages import catalogue, foreign
from notifications.wording import in_language, listed, worded

GERMAN = catalogue("de")


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        ("GDPR Art. 33(1)", "DSGVO Art. 33 Abs. 1"),
        ("GDPR Art. 33(1), recital 85", "DSGVO Art. 33 Abs. 1, Erwägungsgrund 85"),
        ("GDPR recitals 75 and 85", "DSGVO Erwägungsgründe 75 und 85"),
        ("GDPR Art. 33(1),(3),(4)", "DSGVO Art. 33 Abs. 1, 3, 4"),
        ("GDPR Art. 33(3) and (4)", "DSGVO Art. 33 Abs. 3 und 4"),
        ("GDPR Art. 34(3) point (c)", "DSGVO Art. 34 Abs. 3 Buchst. c"),
        ("Regulation (EU) 2016/679 (GDPR)", "Verordnung (EU) 2016/679 (DSGVO)"),
        ("Regulation (EU) 2016/679 (GDPR) Art. 34", "Verordnung (EU) 2016/679 (DSGVO) Art. 34"),
        ("Regulation (EU) 2018/1725, Art. 34(1)-(4)", "Verordnung (EU) 2018/1725, Art. 34 Abs. 1 bis 4"),
        ("NIS2 Art. 23(4) second subparagraph", "NIS2 Art. 23 Abs. 4 Unterabs. 2"),
        ("DORA RTS Art. 5(1)(a), 5(2)", "DORA RTS Art. 5 Abs. 1 Buchst. a, 5 Abs. 2"),
        ("LED Art. 30(6)", "JI-Richtlinie Art. 30 Abs. 6"),
        ("Directive 2002/58/EC / Reg. 611/2013", "Richtlinie 2002/58/EG / Verordnung 611/2013"),
        (
            "GDPR Art. 33(1), recital 85; EDPB Guidelines 9/2022 v2.0, section IV.B, type of breach",
            "DSGVO Art. 33 Abs. 1, Erwägungsgrund 85; EDPB Guidelines 9/2022 v2.0, section IV.B, type of breach",
        ),
    ],
)
def test_an_act_of_the_union_is_cited_in_german(citation: str, said: str) -> None:
    assert german(citation) == said


@pytest.mark.parametrize(
    "citation",
    [
        "UK GDPR Art. 33(1)",
        "KVKK Law 6698 Art. 12(5)",
        "Art. 9(2)",  # of no act that is named
        "GDPR Art. 33(1) as the board reads it",  # words that are not known
        "Regulation S-P 17 CFR 248.30(a)(5)",
        "GDPRX Art. 1(2)",
    ],
)
def test_every_other_law_stays_as_it_is_cited(citation: str) -> None:
    assert german(citation) == citation


def test_every_shipped_rule_of_the_union_is_cited_in_german() -> None:
    cites = {str(cited(duty.law, duty.article)) for duty in shipped_duties() if of_the_union(duty.law)}
    assert len(cites) > 30
    assert [one for one in sorted(cites) if "(1)" in german(one) or "Regulation" in german(one)] == []


def test_every_ground_of_the_assessment_in_the_gdpr_is_cited_in_german() -> None:
    criteria = tomllib.loads((PACKAGE / "assessment/data/gdpr.toml").read_text(encoding="utf-8"))
    sources = [str(one["source"]) for one in criteria["criteria"] if str(one["source"]).startswith("GDPR")]
    assert sources
    assert [one for one in sources if not german(one).startswith("DSGVO")] == []


def test_pages_say_citations_in_german_by_themselves_and_inside_a_sentence() -> None:
    assert foreign("GDPR Art. 33(1), recital 85", language="de") == "DSGVO Art. 33 Abs. 1, Erwägungsgrund 85"
    assert foreign("GDPR Art. 33(1)", language="en") == "GDPR Art. 33(1)"
    said = worded("{title} ({rule})", title="Nobody", rule=listed("GDPR Art. 33(2)"))
    assert in_language(said, GERMAN) == "Nobody (DSGVO Art. 33 Abs. 2)"
    assert str(said) == "Nobody (GDPR Art. 33(2))"


def test_a_law_without_a_short_name_stands_in_german_before_its_article() -> None:
    said = cited("Regulation (EU) 2018/1725", "Art. 34(2)")
    assert str(said) == "Regulation (EU) 2018/1725, Art. 34(2)"
    assert in_language(said, GERMAN) == "Verordnung (EU) 2018/1725, Art. 34 Abs. 2"
