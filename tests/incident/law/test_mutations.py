"""Changing any number, operator, fact, word or limit of a rule turns one of the vectors beside it red."""

from dataclasses import replace

import pytest

from incident.law.packs import shipped_packs
from incident.law.vectors import Vector, failure
from tests.incident.law.mutations import mutants

pytestmark = pytest.mark.untraced

BESIDE: dict[str, list[Vector]] = {}
for pack in shipped_packs():
    for vector in pack.vectors:
        BESIDE.setdefault(vector.duty.id, []).append(vector)


@pytest.mark.parametrize("duty", BESIDE)
def test_a_wrong_change_of_a_rule_is_noticed(duty: str) -> None:
    vectors = BESIDE[duty]
    versions = {vector.duty for vector in vectors}
    missed = []
    for version in versions:
        own = [vector for vector in vectors if vector.duty == version]
        for change, mutant in mutants(version):
            if not any(failure(replace(vector, duty=mutant)) for vector in own):
                missed.append(change)
    assert missed == []
