"""What holds after every step, whatever was asked: read off the streams and states alone."""

from typing import Any

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.registration import EmailConfirmed, PasswordReset, PersonalDataErased
from shared.contracts.validation import (
    DirectorApproved,
    DirectorRefused,
    RefusalContested,
    RefusalUpheld,
    TeacherRejected,
    TeacherReported,
    TeacherValidated,
    ValidationEndorsed,
    ValidationLapsed,
    ValidationReopened,
    ValidationTransferred,
    ValidationWithdrawn,
)
from tests.lives import account_rules, case_rules, profile_rules
from tests.lives.viewed import viewed

History = tuple[Recorded[Event], ...]
ENDS = (TeacherValidated, ValidationTransferred, TeacherRejected, RefusalUpheld, ValidationWithdrawn)
BEGINS_AGAIN = (RefusalContested, ValidationReopened)
OF_OFFICERS = (
    TeacherValidated,
    TeacherRejected,
    RefusalUpheld,
    TeacherReported,
    ValidationEndorsed,
    ValidationReopened,
)
STAGES = {"unknown": "nobody", "started": "draft", "registered": "teacher", "erased": "forgotten"}
STANDINGS = {"unknown": "none", "active": "active", "inactive": "inactive", "removed": "gone"}


def of_account(told: History, state: Any, account: account_rules.Account) -> None:
    """The rules and the aggregate tell the same; a link works once; nothing follows the erasure."""
    real = {
        "stage": STAGES[state.status],
        "link": state.open and state.open.id,
        "recovery": state.recovery and state.recovery.id,
        "change": state.change and state.change.id,
        "holds": set(state.holds),
        "wish": state.erasure_asked is not None,
    }
    ours = {name: account[name][0] if isinstance(account[name], tuple) else account[name] for name in real}
    assert real == ours
    assert account["stage"] != "teacher" or state.email.id == account["email"]
    for kind in (EmailConfirmed, PasswordReset):
        used = [one.event.attempt for one in told if isinstance(one.event, kind)]
        assert len(used) == len(set(used)), f"a link worked twice: {kind.__name__}"
    erased = [place for place, one in enumerate(told) if isinstance(one.event, PersonalDataErased)]
    assert erased in ([], [len(told) - 1]), "something follows the erasure"


def of_profile(state: Any, profile: profile_rules.Profile) -> None:
    real = {
        "stage": STANDINGS[state.standing],
        "schools": [one.school for one in state.schools],
        "left": set(state.left),
        "blocked": state.blocked is not None,
        "due": state.due,
    }
    assert real == {name: profile[name] for name in real}


def of_case(told: History, state: Any, case: case_rules.Case, links: list[str]) -> None:
    """The rules, the aggregate and the view tell the same; the order of decisions is the domain's."""
    question = case["question"]
    real = {
        "end": state.decision,
        "answer": state.answer,
        "with_support": state.held_by == "national_support",
        "contested": state.contested,
        "report": state.recommendation,
        "region": state.region,
        "school": state.school,
        "link": state.attempt,
        "status": state.owner or "nobody",
    }
    ours = case | {"status": case_rules.status(case), "link": question and links[question["number"]]}
    assert real == {name: ours[name] for name in real}
    assert (state.owner is None) == (state.decision is not None), "an open case has an owner, an ended one has none"
    document = viewed(told)
    assert (document["owner"], document["decision"]) == (state.owner, state.decision), "the view tells another story"
    _in_order(told, case["teacher"])


def _in_order(told: History, teacher: str) -> None:
    word, ended, answered = None, False, set[str]()
    for one in told:
        event = one.event
        if isinstance(event, OF_OFFICERS):
            assert one.envelope.actor != teacher, "somebody decides on oneself"
        if isinstance(event, DirectorApproved | DirectorRefused):
            assert event.attempt not in answered, "a link answered twice"
            answered.add(event.attempt)
            word = type(event)
        elif isinstance(event, TeacherValidated):
            assert word is DirectorApproved, "validated without the director's approval"
        elif isinstance(event, BEGINS_AGAIN):
            ended = False
        elif isinstance(event, ValidationLapsed):
            assert ended, "nothing lapses that was not decided"
        if isinstance(event, ENDS):
            assert not ended, "two decisions stand at once"
            ended = True
