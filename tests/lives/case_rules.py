"""What the rules say of a case (docs/rules.md §1.7-9, §3 invariants, §4.7-10; FAQ L19-20), in dictionaries.

Written from the rules, not from the code: each function says `no`, `same` (so already) or `done`, and notes what then
is.
A question is the number of the link that was mailed, the first is 0.
"""

from datetime import datetime
from typing import Any

from tests.lives import office_rules
from tests.lives.office_rules import decides, has_it, is_support, represents

Case = office_rules.Case
Officer = office_rules.Officer


def opened(teacher: str, school: str, place: tuple[str, str | None], contact: str, *, director: bool) -> Case:
    """A head teacher's case is the national support service's at once: nobody vouches for oneself."""
    return {
        "teacher": teacher, "school": school, "country": place[0], "region": place[1], "with_support": director,
        "director": director, "contact": contact, "mailed": 0, "question": None, "failed": None, "answer": None,
        "form_due": None, "form": None, "forms": 0, "report": None, "approvals": set(), "refuser": None,
        "contested": False, "looked_twice": False, "end": None, "until": None,
    }  # fmt: skip


def status(case: Case) -> str:
    """Who has to act; nobody once it has ended."""
    if case["end"]:
        return "nobody"
    office = "national_support" if case["with_support"] else "representative"
    if case["answer"] or case["contested"]:
        return office
    if case["question"] and case["question"]["waited_for"]:
        return "director"
    return "teacher" if case["form_due"] and not case["form"] and not case["with_support"] else office


def ask(case: Case, officer: Officer, ends: datetime, read: str | None) -> str:
    """An officer vouches for the address that was read, and is the case's now: the director is written to."""
    question = case["question"]
    if not has_it(officer, case) or read != case["contact"]:
        return "no"
    if question and case["contact"] and question["contact"] == case["contact"]:
        return "same"
    closed = case["end"] or case["director"] or case["form_due"] or case["answer"]
    if closed or case["contact"] is None:
        return "no"
    return _mail(case, case["contact"], ends)


def ask_known(case: Case, contact: str, ends: datetime, asked_before: str | None) -> str:
    """The school names its director: the case writes there by itself, the link before dies (§4.7).

    Not where somebody else was asked since the sweep looked.
    """
    if case["question"] and case["question"]["contact"] != asked_before:
        return "same"
    closed = case["end"] or case["director"] or case["form_due"] or case["answer"]
    if closed or (case["question"] and case["question"]["contact"] == contact):
        return "same"
    return _mail(case, contact, ends)


def ask_oneself(case: Case, asked_before: str | None) -> str:
    """The director whom the school names is the applicant: nobody vouches for oneself, the support service has it."""
    if case["question"] and case["question"]["contact"] != asked_before:
        return "same"
    if case["end"] or case["director"] or case["form_due"] or case["answer"]:
        return "same"
    _take_over(case)
    case |= {"director": True, "question": None}
    return "done"


def _mail(case: Case, contact: str, ends: datetime) -> str:
    question = {"number": case["mailed"], "contact": contact, "ends": ends, "more": 0, "again": 0, "waited_for": True}
    case |= {"contact": contact, "question": question, "mailed": case["mailed"] + 1}
    return "done"


def answer(case: Case, link: int, now: datetime, word: str) -> str:
    """By the latest link, in time, once; recorded after a decision too (§4.10), but where nobody asks any more."""
    question = case["question"]
    if question is None or question["number"] != link:
        return "no"
    if case["answer"]:
        return "same" if case["answer"] == word else "no"
    if now >= question["ends"] or case["end"] == "withdrawn":
        return "no"
    case["answer"] = word
    return "done"


def more_time(case: Case, link: int, now: datetime, until: datetime, often: int) -> str:
    if not _open_link(case, link, now) or case["question"]["more"] >= often:
        return "no"
    if until <= case["question"]["ends"]:
        return "same"
    case["question"] |= {"ends": until, "more": case["question"]["more"] + 1}
    return "done"


def disown(case: Case, link: int, now: datetime, successor: str | None) -> str:
    if case["failed"] == link:
        return "same"
    if not _open_link(case, link, now):
        return "no"
    case |= {"question": None, "failed": link, "contact": successor}
    return "done"


def _open_link(case: Case, link: int, now: datetime) -> bool:
    question = case["question"]
    mine = question is not None and question["number"] == link and now < question["ends"]
    return mine and not case["answer"] and not case["end"]


def bounce(case: Case, link: int) -> str:
    question = case["question"]
    if question is None or question["number"] != link or case["answer"] or case["end"]:
        return "same"
    case |= {"question": None, "failed": link, "contact": None}
    return "done"


def remind(case: Case, link: int, number: int, now: datetime) -> str:
    if not _open_link(case, link, now) or case["question"]["more"] or case["question"]["again"] != number - 1:
        return "same"
    case["question"]["again"] = number
    return "done"


def record(case: Case, officer: Officer, evidence: str) -> str:
    if not has_it(officer, case):
        return "no"
    if case["answer"]:
        return "same" if case["answer"] == "approved" else "no"
    if case["end"] == "withdrawn" or (evidence == "certificate" and case["form"] is None):
        return "no"
    case["answer"] = "approved"
    return "done"


def want_form(case: Case, due: datetime) -> str:
    if case["form_due"] or case["question"] or case["answer"] or case["end"] or case["director"]:
        return "same"
    case["form_due"] = due
    return "done"


def send_form(case: Case, person: str, form: str) -> str:
    if person != case["teacher"]:
        return "no"
    if case["form"] == form:
        return "same"
    if case["end"] or case["answer"] or case["form_due"] is None or case["forms"] == 5:
        return "no"
    case |= {"form": form, "forms": case["forms"] + 1}
    return "done"


def report(case: Case, officer: Officer, word: str, policy: dict[str, Any]) -> str:
    """Practice in Spain: the representative reports, once; the support service decides."""
    if not policy["support_decides"] or not represents(officer, case):
        return "no"
    if case["report"]:
        return "same" if case["report"] == word else "no"
    unproved = word == "validate" and case["answer"] != "approved"
    if case["with_support"] or case["end"] or unproved:
        return "no"
    case["report"] = word
    _take_over(case)
    return "done"


def pass_on(case: Case, officer: Officer) -> str:
    if not represents(officer, case) or case["end"]:
        return "no"
    return escalate(case, "passed_on")


def silent(case: Case, link: int, now: datetime) -> str:
    """Whoever was asked by that link, the latest, said nothing: not even that it takes longer."""
    question = case["question"]
    if question is None or question["number"] != link or case["answer"]:
        return "same"
    return "same" if question["more"] and now < question["ends"] else escalate(case, "director_silent")


def escalate(case: Case, reason: str) -> str:
    came = reason == "certificate_overdue" and case["form"]
    if case["end"] or case["with_support"] or came:
        return "same"
    _take_over(case)
    return "done"


def _take_over(case: Case) -> None:
    case["with_support"] = True
    if case["question"]:
        case["question"]["waited_for"] = False


def validate(case: Case, officer: Officer, policy: dict[str, Any], until: datetime | None) -> str:
    """The director first, then the officers, as many as the node wants (L20); the second look is another's (§3)."""
    if not decides(officer, case, policy):
        return "no"
    if case["end"]:
        return "same" if case["end"] == "validated" else "no"
    own_refusal = case["contested"] and case["refuser"] == officer["person"]
    if own_refusal or case["answer"] != "approved":
        return "no"
    said, needed = officer["person"] in case["approvals"], policy["approvals"]
    if said and len(case["approvals"]) < needed:
        return "same"
    if needed > 1:
        case["approvals"].add(officer["person"])
    if needed == 1 or len(case["approvals"]) >= needed:
        case |= {"end": "validated", "contested": False, "until": until}
    return "done"


def reject(case: Case, officer: Officer, policy: dict[str, Any]) -> str:
    if not decides(officer, case, policy):
        return "no"
    if case["end"] or case["contested"]:
        return "same" if case["end"] == "rejected" else "no"
    case |= {"end": "rejected", "refuser": officer["person"]}
    return "done"


def contest(case: Case, person: str) -> str:
    """The refused teacher's right, once."""
    if person != case["teacher"]:
        return "no"
    if case["contested"]:
        return "same"
    if case["looked_twice"] or case["end"] != "rejected":
        return "no"
    case |= {"contested": True, "looked_twice": True}
    _open_again(case)
    return "done"


def uphold(case: Case, officer: Officer) -> str:
    if not is_support(officer, case):
        return "no"
    if case["end"] == "upheld":
        return "same"
    if case["end"] or not case["contested"] or case["refuser"] == officer["person"]:
        return "no"
    case |= {"end": "upheld", "contested": False}
    return "done"


def reopen(case: Case, officer: Officer) -> str:
    if not is_support(officer, case) or case["end"] != "rejected":
        return "no"
    _open_again(case)
    return "done"


def _open_again(case: Case) -> None:
    """The support service has it; where no director has approved, only a link that it mails anew is answered."""
    case |= {"end": None, "report": None, "approvals": set(), "forms": 0}
    _take_over(case)
    if case["answer"] != "approved":
        case |= {"answer": None, "question": None}


def move(case: Case, region: str | None) -> str:
    if case["end"] or case["region"] == region:
        return "same"
    case["region"] = region
    return "done"


def withdraw(case: Case) -> str:
    if case["end"]:
        return "same"
    case |= {"end": "withdrawn", "contested": False}
    return "done"


def lapse(case: Case, now: datetime) -> str:
    if case["end"] != "validated" or case["until"] is None or now < case["until"]:
        return "same"
    case["end"] = "lapsed"
    return "done"
