"""The shipped packs are sound, every vector holds, and a broken pack says file, rule, key and mend."""

import re
from collections.abc import Callable
from importlib import resources

import pytest

from incident.law.duties import Confidence, Duty, duty_document, read_duty
from incident.law.packs import BadPack, check_pack, read_pack, shipped_duties, shipped_packs
from incident.law.vectors import Vector, failure

pytestmark = pytest.mark.untraced

EU = (resources.files("incident.law") / "data" / "eu.toml").read_text(encoding="utf-8")
VECTORS: dict[str, list[Vector]] = {}
for _vector in (vector for pack in shipped_packs() for vector in pack.vectors):
    VECTORS.setdefault(_vector.duty.id, []).append(_vector)


def test_every_duty_has_vectors() -> None:
    assert set(VECTORS) == {duty.id for duty in shipped_duties()}


@pytest.mark.parametrize("vectors", VECTORS.values(), ids=VECTORS)
def test_every_vector_beside_a_rule_holds(vectors: list[Vector]) -> None:
    failures = {vector.about: said for vector in vectors if (said := failure(vector))}
    assert failures == {}


@pytest.mark.parametrize("duty", shipped_duties(), ids=lambda duty: duty.id)
def test_a_duty_survives_its_json_document(duty: Duty) -> None:
    again = read_duty(duty_document(duty))
    assert again == duty
    assert again.expression.facts == duty.expression.facts


@pytest.mark.parametrize("duty", shipped_duties(), ids=lambda duty: duty.id)
def test_what_nobody_saw_in_a_source_is_unverified(duty: Duty) -> None:
    assert (duty.confidence is Confidence.UNVERIFIED) == (duty.basis == "own_knowledge")
    assert duty.citation == ("opened" if duty.url else "missing")


def test_what_is_read_unchecked_and_fast_is_what_was_checked() -> None:
    checked = [duty for pack in shipped_packs() for duty in pack.duties]
    assert list(shipped_duties()) == checked


def test_a_document_of_a_later_version_is_still_read() -> None:
    duty = shipped_duties()[0]
    assert read_duty({**duty_document(duty), "a_later_key": 1}) == duty


def changed(old: str, new: str) -> Callable[[str], str]:
    assert old in EU
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "key", "mend"),
    [
        (changed("finding gdpr_risk", "some breach.kind"), "trigger", "did you mean breach.kinds?"),
        (changed("$controller", "$controler"), "trigger", "did you mean controller?"),
        (changed('each = "EEA"', 'each = "EAE"'), "each", "did you mean EEA?"),
        (changed('bound = "the controller"', 'zone = "Europe/Brussel"'), "zone", "an IANA name"),
        (changed('bound = "the controller"', 'hold = "yes"'), "hold", "see the other duties"),
        (changed('anchor = "aware"', 'anchor = "submitted"'), "after", "name the duties"),
        (changed('bound = "the controller"', 'bounds = [{ anchor = "aware" }]'), "bounds[0]", "anchor and why"),
        (
            changed('bound = "the controller"', 'bounds = [{ anchor = "awre", why = "w" }]'),
            "bounds[0].anchor",
            "did you mean aware?",
        ),
        (
            changed('period = { amount = 72, unit = "hours" }', 'period = { amount = 3, unit = "days" }'),
            "period",
            "unit",
        ),
        (changed('shared = ["controller"', 'shared = ["controler"'), "shared", "one of"),
        (changed('applies = "no"', 'applies = "no"\nset = { breach.kind = [] }'), "vectors[4]", "facts or set"),
        (changed("finding gdpr_risk", "finding"), "trigger", "finish the test"),
        (changed('anchor = "aware"', 'anchor = "awre"'), "anchor", "did you mean aware?"),
        (changed('counting = "plain_elapsed_hours"', 'counting = "hours"'), "counting", "one of"),
        (changed('alternatives = ["eu_1182_71_hours"', 'alternatives = ["eu"'), "alternatives", "eu_1182_71_hours"),
        (changed('period = { amount = 72, unit = "hours" }', ""), "period", "write { amount"),
        (changed("amount = 72", "amount = 0"), "period", "write { amount"),
        (changed('stage = "initial"', 'stage = "first"'), "stage", "one of"),
        (changed('stage = "initial"', 'stage = "initial"\nbefore = ["people"]'), "before", "one of"),
        (changed('kind = "statute"', 'kind = "law"'), "kind", "one of"),
        (changed('basis = "primary_text"', 'basis = "primary"'), "basis", "did you mean primary_text?"),
        (changed('article = "Art. 33(1),(3),(4)"', ""), "article", "every duty has one"),
        (changed('regime = "gdpr"', 'regmie = "gdpr"'), "regmie", "did you mean regime?"),
        (changed("applies_from = 2018-05-25", 'applies_from = "2018"'), "applies_from", "see the other duties"),
        (
            changed("applies_from = 2018-05-25", "applies_from = 2018-05-25\napplies_until = 2017-01-01"),
            "applies_until",
            "exchange them",
        ),
        (changed('url = "https://', 'url = "eur-lex'), "url", "begin with https://"),
        (lambda text: re.sub(r'\nurl = ".*"', "", text, count=1), "url", "citation to be checked"),
        (changed('applies = "yes"', 'applies = "maybe"'), "vectors[0]", "facts or set"),
        (changed("aware = 2026-12-18T16:40:00Z", "aware = 2026-12-18T16:40:00"), "vectors[0]", "facts or set"),
        (lambda text: re.sub(r"\nshared = .*", "", text, count=1).replace('"unknown"', '"no"'), "vectors", "unknown"),
        (
            changed('id = "eu-gdpr-34-1-subjects"', 'id = "eu-gdpr-33-5-record"'),
            "applies_from",
            "end the older version",
        ),
        (changed('jurisdiction = "EU"', 'jurisdiction = "EU"\ngroup = 1'), "group", "one of jurisdiction"),
        (changed('jurisdiction = "EU"', "jurisdiction = "), "toml", "syntax"),
    ],
)
def test_a_broken_pack_names_file_rule_key_and_mend(change: Callable[[str], str], key: str, mend: str) -> None:
    _, faults = check_pack(change(EU), "eu.toml")
    fitting = [fault for fault in faults if fault.key == key and mend in fault.mend]
    assert fitting, [str(fault) for fault in faults]
    assert str(fitting[0]).startswith("eu.toml, ")


def test_a_bad_pack_is_refused_with_all_its_faults() -> None:
    text = EU.replace('stage = "initial"', 'stage = "first"')
    with pytest.raises(BadPack) as caught:
        read_pack(text, "eu.toml")
    assert len(caught.value.faults) == EU.count('stage = "initial"')
