"""One document a school: how its director is reached, which region holds it, and the open cases that this concerns.

`write`, `forget`, `move` and `merge` are `due` while a case waits for one: the sweep reads those schools and no other.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never, get_args

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    DirectorContactUpdated,
    DirectorForgotten,
    SchoolMerged,
    SchoolMoved,
    SchoolRegistered,
    SchoolReopened,
)
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    CertificateRequested,
    DirectorContacted,
    DirectorContactFailed,
    RefusalContested,
    RefusalUpheld,
    SchoolContactConfirmed,
    TeacherRejected,
    TeacherValidated,
    ValidationOpened,
    ValidationReopened,
    ValidationWithdrawn,
)
from shared.views.view import View

Document: TypeAlias = dict[str, Any]
OfSchool: TypeAlias = (
    SchoolRegistered | SchoolMoved | SchoolMerged | SchoolReopened | DirectorContactUpdated | DirectorForgotten
)
OfCase: TypeAlias = (
    ValidationOpened
    | CaseMoved
    | CaseSchoolMerged
    | CaseEscalated
    | CertificateRequested
    | DirectorContacted
    | DirectorContactFailed
    | SchoolContactConfirmed
    | TeacherValidated
    | TeacherRejected
    | RefusalUpheld
    | ValidationWithdrawn
    | ValidationReopened
    | RefusalContested
)
SchoolEvent: TypeAlias = OfSchool | OfCase

REMEMBERED = 50
"""So many of the contacts that cases vouched for, and of those that failed, are kept, the latest; which ones does not
depend on their arrival."""


_NOBODY_ASKED: Document = {"asked": None, "asked_at": None}
_UNHEARD: Document = {
    "region_event": None, "region": None, "into": None, "into_event": None, "contact": None, "forgotten": None,
    "director": None,
}  # fmt: skip


def keys_of_school(recorded: Recorded[SchoolEvent]) -> Sequence[str]:
    """One document a school; the first versions of DirectorContacted and DirectorContactFailed do not say which."""
    event = recorded.event
    if isinstance(event, CaseSchoolMerged):
        return (event.from_school, event.school)
    return () if event.school is None else (event.school,)


def fold_school(document: Document | None, recorded: Recorded[SchoolEvent]) -> Document:
    """`region`, `into`, `contact`, `forgotten` and `director` are of the school's stream, `cases` holds a part of each
    open case's stream. `director`: the subject of what is known of whoever directs it, where one was forgotten.

    `into`: the school that this one turned out to be. Its open cases go there, and are followed nowhere else.
    """
    event = recorded.event
    # Of the two schools of CaseSchoolMerged the one that is left has a document: it had the case.
    before = document or _UNHEARD | {"school": event.school, "vouched": [], "failed": [], "cases": {}}
    match event:
        case SchoolRegistered() | SchoolMoved() | SchoolMerged() | SchoolReopened():
            after = before | _place(event, recorded.id)
        case CaseSchoolMerged() if before["school"] == event.from_school:
            after = before | {"cases": {case: part for case, part in before["cases"].items() if case != event.case}}
        case DirectorContactUpdated():
            after = before | {"contact": _contact(event.contact, event.owner, recorded)}
        case DirectorForgotten():
            forgotten = {"event": recorded.id, "at": recorded.time.isoformat()}
            after = before | {"contact": None, "forgotten": forgotten, "director": event.director}
        case SchoolContactConfirmed():
            after = before | {"vouched": _latest(before["vouched"], _contact(event.contact, event.owner, recorded))}
        case DirectorContactFailed() if event.contact is not None:
            failed = {"id": event.contact.id, "at": recorded.time.isoformat(), "event": recorded.id}
            cases = _cases(before["cases"], event, recorded)
            after = before | {"failed": _latest(before["failed"], failed), "cases": cases}
        case _:
            after = before | {"cases": _cases(before["cases"], event, recorded)}
    return after | _to_do(after)


def _place(event: SchoolRegistered | SchoolMoved | SchoolMerged | SchoolReopened, event_id: str) -> Document:
    match event:
        case SchoolRegistered() | SchoolMoved():
            return {"region_event": event_id, "region": event.region}
        case SchoolMerged():
            return {"into": event.into, "into_event": event_id}
        case SchoolReopened():
            return {"into": None, "into_event": None}
        case _:
            assert_never(event)


def _to_do(document: Document) -> Document:
    if document["into"] is not None:
        return {"write": None, "forget": None, "move": None, "merge": _due(bool(document["cases"]))}
    due = {"write": _unwritten, "forget": _forgotten, "move": _misplaced}
    return {name: _due(is_so(document)) for name, is_so in due.items()} | {"merge": None}


def _cases(cases: Document, event: Any, recorded: Recorded[Any]) -> Document:
    others = {case: part for case, part in cases.items() if case != event.case}
    part = _part(cases.get(event.case), event, recorded)
    return others if part is None else others | {event.case: part}


def _part(before: Document | None, event: OfCase, recorded: Recorded[Any]) -> Document | None:  # noqa: PLR0911
    """`by_itself`: whether the case may write to a known director before anybody asked; none: it has ended."""
    match event:
        case ValidationOpened():
            return _fresh(event.region, recorded, by_itself=True)
        case ValidationReopened() | RefusalContested():
            return _fresh(event.region, recorded, by_itself=False)
        case TeacherValidated() | TeacherRejected() | RefusalUpheld() | ValidationWithdrawn():
            return None
        case CaseMoved():
            return before and before | {"region": event.region}
        case CaseSchoolMerged():
            asked = event.director_asked
            since = None if asked is None else recorded.time.isoformat()
            told = {"asked": asked, "asked_at": since}
            return _fresh(event.region, recorded, by_itself=event.asks_by_itself) | told
        case CertificateRequested():
            return before and before | {"by_itself": False}
        case CaseEscalated():
            of_director = event.reason == "applicant_is_director"
            return before and before | (_NOBODY_ASKED | {"by_itself": False} if of_director else {})
        case DirectorContacted() | DirectorContactFailed():
            return before and before | _asks(event, recorded)
        case SchoolContactConfirmed():
            return before
        case _:
            assert_never(event)


def _asks(event: DirectorContacted | DirectorContactFailed, recorded: Recorded[Any]) -> Document:
    now = recorded.time.isoformat()
    if isinstance(event, DirectorContactFailed):
        return _NOBODY_ASKED | {"since": now}
    return {"asked": event.contact.id, "asked_at": now}


def _fresh(region: str | None, recorded: Recorded[Any], *, by_itself: bool) -> Document:
    return _NOBODY_ASKED | {"region": region, "since": recorded.time.isoformat(), "by_itself": by_itself}


def known_contact(document: Document, case: str) -> Document | None:
    """The contact that this case should write to by itself, or none: `{id, commitment, owner, at, event, asked}`.

    `asked`: the record of whom it has asked, none: nobody.

    A case that asks nobody writes to whom the school's profile names, or to whom another case's officer vouched for,
    whichever is later; so does one that asks whom another case failed to reach. Else one that has asked writes anew
    only when the profile has named somebody else since: each teacher gives a record of their own, and one director
    should not be asked again for each of them.
    """
    part = document["cases"].get(case)
    known = None if part is None else _known(document)
    if part is None or known is None:
        return None
    asked = part["asked"]
    if known["id"] == asked or (asked is None and not part["by_itself"]):
        return None
    if asked is not None and not _failed_since(document, asked, part["asked_at"]):
        named = _named_by_profile(document)
        if named is None or named["at"] <= part["asked_at"]:
            return None
    return known | {"asked": asked}


def _known(document: Document) -> Document | None:
    """Whom the profile named or a case vouched for last; nobody once that failed: what was known before is older."""
    gone = document["forgotten"]
    vouched = [one for one in document["vouched"] if gone is None or one["at"] > gone["at"]]
    named = filter(None, [_named_by_profile(document), *vouched[:1]])
    latest: Document | None = max(named, key=lambda one: (one["at"], one["event"]), default=None)
    if latest is None or _failed_since(document, latest["id"], latest["at"]):
        return None
    return latest


def _named_by_profile(document: Document) -> Document | None:
    """Not what the profile took over from a case: that is as old as it is there, and may have failed there before."""
    contact: Document | None = document["contact"]
    if contact is None or any(one["id"] == contact["id"] for one in document["vouched"]):
        return None
    return contact


def _failed_since(document: Document, contact: str, at: str) -> bool:
    """Whether a mail to it came back, or its holder was the director no more: told in whichever case, since then."""
    return any(one["id"] == contact and one["at"] >= at for one in document["failed"])


def _unwritten(document: Document) -> bool:
    return any(known_contact(document, case) is not None for case in document["cases"])


def _forgotten(document: Document) -> bool:
    """Whether a case knows nobody but whoever was forgotten: it asked before, or nobody and nothing failed since."""
    gone, cases = document["forgotten"], document["cases"].values()
    return gone is not None and any((part["asked_at"] or part["since"]) <= gone["at"] for part in cases)


def _misplaced(document: Document) -> bool:
    return document["region_event"] is not None and any(
        part["region"] != document["region"] for part in document["cases"].values()
    )


def _latest(kept: list[Document], one: Document) -> list[Document]:
    return sorted([*kept, one], key=lambda each: (each["at"], each["event"]), reverse=True)[:REMEMBERED]


def _due(is_so: bool) -> str | None:
    return "due" if is_so else None


def _contact(contact: Any, owner: str, recorded: Recorded[Any]) -> Document:
    return {
        "id": contact.id,
        "commitment": contact.commitment,
        "owner": owner,
        "at": recorded.time.isoformat(),
        "event": recorded.id,
    }


CASES_OF_SCHOOLS = View(
    name="cases_of_schools",
    version=4,
    keys=keys_of_school,
    fold=fold_school,
    events=get_args(SchoolEvent),
    indexes=(("write",), ("forget",), ("move",), ("merge",)),
)
