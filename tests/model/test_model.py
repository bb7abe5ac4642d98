"""The protocol holds in every reachable state; each mistake that has bitten a real system is found."""

from enum import StrEnum

import pytest

from tests.model.catalogue import SUBJECTS, Scope, Subject

pytestmark = pytest.mark.timeout(120)

REQUIRED = {
    "mark before publish",
    "skip finishing the last block",
    "scan before reading the last block",
    "no unique block",
    "loser publishes",
    "mark by range",
    "block below majority",
    "go on after a failed send",
    "idempotence not checked",
    "idempotence checked only on the first load",
    "duplicate key taken for success",
    "unknown answered as failure",
    "offset before work",
    "decline not recorded",
    "position not stored",
    "view guarded only by its own shard",
    "view skipping by position past a parked stream",
    "claim taken over without occupying its version",
    "address changed without its claim being looked at again",
}

MISTAKES = [
    pytest.param(subject, mistake, id=f"{subject.name}: {mistake}")
    for subject in SUBJECTS
    for mistake in subject.mistakes
]


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_the_protocol_holds(subject: Subject) -> None:
    result = subject.explored(Scope.SMALL)
    assert result.counterexample is None, f"\n{result.counterexample}"
    assert result.states > 5_000, "the model hardly moves: it proves nothing"


@pytest.mark.parametrize(("subject", "mistake"), MISTAKES)
def test_a_mistake_is_found(subject: Subject, mistake: StrEnum) -> None:
    """To read the counterexample: `python -m tests.model --show "<mistake>"`."""
    example = subject.explored(Scope.SMALL, mistake).counterexample
    assert example is not None, "explored to the end, and nothing was wrong"
    assert example.trace, "wrong from the start: that is no counterexample"


def test_no_mistake_is_forgotten() -> None:
    assert {str(mistake) for subject in SUBJECTS for mistake in subject.mistakes} >= REQUIRED
