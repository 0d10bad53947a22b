"""The shipped packs are sound, every vector holds, and a broken pack says file, rule, key and mend."""

import re
import tomllib
from collections.abc import Callable
from importlib import resources

import pytest

from incident.law.duties import Confidence, Duty, duty_document, read_duty
from incident.law.packs import BadPack, check_pack, read_pack, shipped_duties, shipped_packs
from incident.law.vectors import Vector, failure

EU = (resources.files("incident.law") / "data" / "eu.toml").read_text(encoding="utf-8")
VECTORS = [vector for pack in shipped_packs() for vector in pack.vectors]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector.duty.id}: {vector.about}")
def test_every_vector_beside_a_rule_holds(vector: Vector) -> None:
    assert failure(vector) == ""


def test_the_four_duties_of_the_gdpr_are_there() -> None:
    assert {duty.id: duty.article for duty in shipped_duties()} == {
        "eu-gdpr-33-1-sa": "Art. 33(1),(3),(4)",
        "eu-gdpr-33-2-processor": "Art. 33(2)",
        "eu-gdpr-33-5-record": "Art. 33(5)",
        "eu-gdpr-34-1-subjects": "Art. 34(1)-(4)",
    }


@pytest.mark.parametrize("duty", shipped_duties(), ids=lambda duty: duty.id)
def test_a_duty_survives_its_json_document(duty: Duty) -> None:
    again = read_duty(duty_document(duty))
    assert again == duty
    assert again.expression.facts == duty.expression.facts


@pytest.mark.parametrize("duty", shipped_duties(), ids=lambda duty: duty.id)
def test_confidence_follows_from_the_basis(duty: Duty) -> None:
    assert duty.basis == "primary_text"
    assert duty.confidence is Confidence.HIGH
    assert duty.citation == "opened"


def test_a_document_of_a_later_version_is_still_read() -> None:
    duty = shipped_duties()[0]
    assert read_duty({**duty_document(duty), "a_later_key": 1}) == duty


def changed(old: str, new: str) -> Callable[[str], str]:
    assert old in EU
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "key", "mend"),
    [
        (changed("some breach.kinds", "some breach.kind"), "trigger", "did you mean breach.kinds?"),
        (changed("finding gdpr_risk", "finding"), "trigger", "finish the test"),
        (changed('anchor = "aware"', 'anchor = "awre"'), "anchor", "did you mean aware?"),
        (changed('counting = "plain_elapsed_hours"', 'counting = "hours"'), "counting", "one of"),
        (changed('alternatives = ["eu_1182_71_hours"]', 'alternatives = ["eu"]'), "alternatives", "eu_1182_71_hours"),
        (changed('period = { amount = 72, unit = "hours" }', ""), "period", "write { amount"),
        (changed("amount = 72", "amount = 0"), "period", "write { amount"),
        (changed('stage = "initial"', 'stage = "first"'), "stage", "one of"),
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
        (changed('applies = "unknown"\nmissing = ["finding.gdpr_high_risk"]', 'applies = "no"'), "vectors", "unknown"),
        (changed('applies = "yes"', 'applies = "maybe"'), "vectors[0]", "facts, applies"),
        (changed("aware = 2026-12-18T16:40:00Z", "aware = 2026-12-18T16:40:00"), "vectors[1]", "facts, applies"),
        (
            changed('id = "eu-gdpr-34-1-subjects"', 'id = "eu-gdpr-33-5-record"'),
            "applies_from",
            "end the older version",
        ),
        (changed("[groups]", "[group]"), "group", "one of jurisdiction"),
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
    assert len(caught.value.faults) == 3


MUTATIONS = [
    ("organisation.role in [controller, joint]", "organisation.role in [controller]"),
    ("organisation.role in [controller, joint]", "organisation.role in [joint]"),
    ("organisation.role in [controller, joint]", "organisation.role in [controller, joint, processor]"),
    ("organisation.role in [processor, sub_processor]", "organisation.role in [processor]"),
    ("organisation.role in [processor, sub_processor]", "organisation.role in [sub_processor]"),
    ("organisation.role in [processor, sub_processor]", "organisation.role in [processor, sub_processor, controller]"),
    ("and some breach.kinds", ""),
    ("and some data.categories", ""),
    ("organisation.establishment in [@EEA] or", ""),
    ("or residents [@EEA] >= 1", ""),
    ("residents [@EEA] >= 1", "residents [@EEA] >= 0"),
    ("residents [@EEA] >= 1", "residents [@EEA] >= 9"),
    ("and finding gdpr_risk", ""),
    ("and finding gdpr_high_risk", ""),
    ("gdpr_high_risk", "gdpr_risk"),
    ("amount = 72", "amount = 96"),
    ('counting = "plain_elapsed_hours"', 'counting = "eu_1182_71_hours"'),
]


@pytest.mark.parametrize(("old", "new"), MUTATIONS)
@pytest.mark.parametrize("duty", [duty.id for duty in shipped_duties()])
def test_changing_a_rule_turns_one_of_its_vectors_red(duty: str, old: str, new: str) -> None:
    before, _, rest = EU.partition(f'id = "{duty}"')
    rule, first_vector, after = rest.partition("[[duties.vectors]]")
    if old not in rule:
        return
    text = before + f'id = "{duty}"' + rule.replace(old, new, 1) + first_vector + after
    tomllib.loads(text)
    pack, faults = check_pack(text, "eu.toml")
    assert faults == []
    assert any(failure(vector) for vector in pack.vectors if vector.duty.id == duty)
