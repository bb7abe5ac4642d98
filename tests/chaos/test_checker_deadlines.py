"""Effects that only come sometimes: none is missed, yet each is known by name, comes once, and in its own stream."""

import pytest

from tests.chaos.checker.effects import Expected, check_bounces, check_effects
from tests.chaos.checker.expectations import EXPECTATIONS
from tests.chaos.forge import Fact, Forge
from tests.chaos.worlds import reports, world_of

ALWAYS = {"CaseOpened": (Expected("remind", "validation"),)}
SOMETIMES = {"CaseOpened": (Expected("remind", "validation", sometimes=True),)}
REMINDED = ("DirectorReminded", {"case": "c"})


def opened() -> tuple[Forge, str]:
    forge = Forge()
    (cause,) = forge.command("validation", "case-c", "open", ("CaseOpened", {"case": "c"}))
    return forge, cause


def test_an_effect_that_may_not_come_is_not_missed_and_one_that_must_is() -> None:
    forge, _ = opened()
    assert list(check_effects(world_of(forge), SOMETIMES)) == []
    assert reports(list(check_effects(world_of(forge), ALWAYS)), "I6", "has 0 of 1 effects of remind")


def test_one_that_must_come_is_found_under_its_whole_name_only() -> None:
    """`remind.2` is no proof that `remind` was done."""
    forge, cause = opened()
    forge.reaction("validation", "case-c", cause, "remind.2", REMINDED)
    assert reports(list(check_effects(world_of(forge), ALWAYS)), "I6", "has 0 of 1 effects of remind")


def test_several_deadlines_of_one_event_go_by_their_name_up_to_the_first_point() -> None:
    forge, cause = opened()
    for policy in ("remind", "remind.1", "remind.2", "remind.0190a.b"):
        forge.reaction("validation", "case-c", cause, policy, REMINDED)
    assert list(check_effects(world_of(forge), SOMETIMES)) == []


@pytest.mark.parametrize("policy", ["reminder", "reminder.1", "remin.d", ".remind", "Remind"])
def test_another_name_is_not_expected(policy: str) -> None:
    forge, cause = opened()
    forge.reaction("validation", "case-c", cause, policy, REMINDED)
    assert reports(list(check_effects(world_of(forge), SOMETIMES)), "I6", "which no table expects")


def test_another_service_is_not_expected() -> None:
    forge, cause = opened()
    forge.reaction("projects", "case-c", cause, "remind.1", REMINDED)
    assert reports(list(check_effects(world_of(forge), SOMETIMES)), "I6", "which no table expects")


def test_the_same_deadline_twice_is_found() -> None:
    forge, cause = opened()
    for _ in range(2):
        forge.reaction("validation", "case-c", cause, "remind.2", REMINDED)
    assert reports(list(check_effects(world_of(forge), SOMETIMES)), "I6", "remind.2 acted 2 times")


def test_a_deadline_in_another_stream_too_is_found() -> None:
    forge, cause = opened()
    for stream in ("case-c", "case-d"):
        forge.reaction("validation", stream, cause, "remind.2", REMINDED)
    assert reports(list(check_effects(world_of(forge), SOMETIMES)), "I6", "acted on 2 streams")


def bounced(*case: Fact) -> Forge:
    """A question to a director that came back, and what else happened in the case."""
    forge = Forge()
    forge.command("validation", "case-c", "ask", ("DirectorContacted", {"case": "c", "attempt": "a1"}))
    for number, fact in enumerate(case):
        forge.command("validation", "case-c", f"{number}", fact)
    link = {"purpose": "director_answer", "stream": "case-c", "attempt": "a1"}
    forge.command("notifications", "message-m", "bounce", ("NotificationBounced", {"reason": "refused", "link": link}))
    return forge


@pytest.mark.parametrize(
    "fact",
    [
        ("DirectorContactFailed", {"attempt": "a1"}),
        ("DirectorContacted", {"attempt": "a2"}),
        ("DirectorApproved", {"attempt": "a1"}),
        ("TeacherRejected", {}),
        ("CaseEscalated", {"reason": "applicant_is_director"}),
    ],
)
def test_a_case_may_be_past_the_question_that_came_back(fact: Fact) -> None:
    assert list(check_bounces(world_of(bounced(fact)))) == []


@pytest.mark.parametrize("facts", [(), (("DirectorContactFailed", {"attempt": "a0"}),)])
def test_a_case_that_never_hears_that_its_question_came_back_is_found(facts: tuple[Fact, ...]) -> None:
    assert reports(list(check_bounces(world_of(bounced(*facts)))), "I6", "case-c never heard of it")


def test_a_link_of_another_kind_concerns_no_case() -> None:
    forge = Forge()
    link = {"purpose": "confirm_email", "stream": "teacher-t", "attempt": "a1"}
    forge.command("notifications", "message-m", "bounce", ("NotificationBounced", {"reason": "refused", "link": link}))
    assert list(check_bounces(world_of(forge))) == []


def test_only_clocks_and_what_depends_on_more_than_the_event_come_sometimes() -> None:
    """A reaction to every event of its kind must never be marked so: its loss would not be found."""
    sometimes = {one.policy for table in EXPECTATIONS.values() for one in table if one.sometimes}
    assert sometimes == {
        *("announce_inactivation", "inactivate", "announce_removal", "remove", "return_teacher"),
        *("expire_registration", "expire_email_change"),
        *("write_to_known_director", "request_certificate", "escalate_overdue", "move_case", "withdraw_case"),
        *("merge_case_school", "settle_transfer", "forget_director"),
        *("remind_director", "escalate_silent", "escalate_without_certificate", "lapse_validation"),
        "fail_director_contact",
        *("tell_service_director_refused", "tell_representative_of_refusal"),
    }
