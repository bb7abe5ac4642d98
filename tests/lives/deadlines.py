"""What a case does by itself when time is over (FAQ L19, practice in Serbia), and what may not be missed."""

from datetime import datetime, timedelta

from services.validation.commands import EscalateCase, LapseValidation, RemindDirector, RequestCertificate
from services.validation.policies import Rules
from shared.contracts.base import Command
from tests.lives import case_rules
from tests.lives.acts import LINK


def what_falls_due(case: case_rules.Case, command: Command, now: datetime) -> str:
    """What the rules say to a command that a sweep found due."""
    match command:
        case EscalateCase(reason="director_silent"):
            return case_rules.silent(case, case["question"]["number"], now)
        case EscalateCase():
            return case_rules.escalate(case, command.reason)
        case RequestCertificate():
            return case_rules.want_form(case, command.due)
        case LapseValidation():
            return case_rules.lapse(case, now)
        case RemindDirector():
            # A reminder that comes late stands for those before it.
            case["question"]["again"] = command.number - 1
            return case_rules.remind(case, case["question"]["number"], command.number, now)
        case _:
            raise AssertionError(f"nothing of the kind falls due: {command!r}")


def must_have_happened(case: case_rules.Case, now: datetime, rules: Rules) -> None:
    """After a sweep nobody waits longer than the node's days."""
    if case["end"]:
        over = case["end"] == "validated" and case["until"] is not None and now >= case["until"]
        assert not over, "the validation's years are over"
        return
    late = now >= case["opened"] + timedelta(days=rules.validation.max_days)
    question = None if case["answer"] else case["question"]
    if question is not None and question["more"]:
        late = late or now >= question["ends"]
    elif question is not None:
        late = late or now >= question["ends"] - LINK + timedelta(days=rules.director.escalate_after_days)
    if case["form_due"] and not case["form"] and not case["answer"]:
        late = late or now >= case["form_due"]
    assert case["with_support"] or not late, "nobody decides, and nobody took the case over"
