"""Every fault of the list has a test that runs in every `make test`, and every number a test names is on the list."""

from docs.fault_table import FAULTS, proofs
from tests.faults.invariants import CHECKERS

ELSEWHERE = {"I7"}  # of hearing and of the phases


def test_every_fault_has_a_test_that_always_runs() -> None:
    found = proofs()
    assert [number for number in FAULTS if all(proof.soak for proof in found.get(number, ()))] == []


def test_no_test_names_a_fault_that_is_not_on_the_list() -> None:
    assert set(proofs()) - set(FAULTS) == set()


def test_every_promise_of_the_list_has_its_checker() -> None:
    named = {promise for fault in FAULTS.values() for promise in fault.promises.split()}
    assert named - ELSEWHERE <= set(CHECKERS)
