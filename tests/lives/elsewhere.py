"""What the rules say of a case whose school goes by another name, and of a teacher whom a node validates once for all
its schools (docs/rules.md §2, `again_on_school_change`)."""

from collections.abc import Iterable
from datetime import datetime

from services.validation.commands import OpenCase, SettleTransfer
from tests.lives.case_rules import Case, opened


def merge(case: Case, school: str, region: str | None) -> str:
    """An open case follows its school; what was decided stays as it was."""
    if case["end"] or case["school"] == school:
        return "same"
    case |= {"school": school, "region": region}
    return "done"


def settle(
    noted: OpenCase, cases: Iterable[tuple[str, Case]], now: datetime, *, by_the_latest: bool
) -> tuple[SettleTransfer, Case]:
    """The command, and the case that begins: validated where a validation of that country still holds, else open.

    Which of several counts is the view's to say: the first or the latest.
    """
    case = opened(noted.teacher, noted.school, (noted.country, noted.region), noted.director_contact.id, director=False)
    held = [(by, one) for by, one in cases if one["end"] == "validated" and one["country"] == noted.country]
    if not held:
        return SettleTransfer(at=now, by=None, until=None), case
    by, one = held[-1 if by_the_latest else 0]
    command = SettleTransfer(at=now, by=by, until=one["until"])
    if one["until"] is not None and now >= one["until"]:
        return command, case
    return command, case | {"end": "validated", "until": one["until"]}
