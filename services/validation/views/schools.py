"""One document a school: how its director is reached, which region holds it, and the open cases that this concerns.

`write`, `move` and `merge` are `due` while a case waits for one: the sweep reads those schools and no other.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never, get_args

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    DirectorContactUpdated,
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
OfSchool: TypeAlias = SchoolRegistered | SchoolMoved | SchoolMerged | SchoolReopened | DirectorContactUpdated
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


_EMPTY: Document = {"region_event": None, "region": None, "into": None, "into_event": None, "contact": None}
_NOBODY_ASKED: Document = {"asked": None, "asked_at": None}


def keys_of_school(recorded: Recorded[SchoolEvent]) -> Sequence[str]:
    """One document a school; the first versions of DirectorContacted and DirectorContactFailed do not say which."""
    event = recorded.event
    if isinstance(event, CaseSchoolMerged):
        return (event.from_school, event.school)
    return () if event.school is None else (event.school,)


def fold_school(document: Document | None, recorded: Recorded[SchoolEvent]) -> Document:
    """`region`, `into` and `contact` are of the school's stream, `cases` holds a part of each open case's stream.

    `into`: the school that this one turned out to be. Its open cases go there, and are followed nowhere else.
    """
    event = recorded.event
    # Of the two schools of CaseSchoolMerged the one that is left has a document: it had the case.
    before = document or _EMPTY | {"school": event.school, "vouched": [], "failed": [], "cases": {}}
    match event:
        case SchoolRegistered() | SchoolMoved():
            after = before | {"region_event": recorded.id, "region": event.region}
        case SchoolMerged():
            after = before | {"into": event.into, "into_event": recorded.id}
        case SchoolReopened():
            after = before | {"into": None, "into_event": None}
        case CaseSchoolMerged() if before["school"] == event.from_school:
            after = before | {"cases": {case: part for case, part in before["cases"].items() if case != event.case}}
        case DirectorContactUpdated():
            after = before | {"contact": _contact(event.contact, event.owner, recorded)}
        case SchoolContactConfirmed():
            after = before | {"vouched": _latest(before["vouched"], _contact(event.contact, event.owner, recorded))}
        case DirectorContactFailed() if event.contact is not None:
            failed = {"id": event.contact.id, "at": recorded.time.isoformat(), "event": recorded.id}
            cases = _cases(before["cases"], event, recorded)
            after = before | {"failed": _latest(before["failed"], failed), "cases": cases}
        case _:
            after = before | {"cases": _cases(before["cases"], event, recorded)}
    if after["into"] is not None:
        return after | {"write": None, "move": None, "merge": _due(bool(after["cases"]))}
    return after | {"write": _due(_unwritten(after)), "move": _due(_misplaced(after)), "merge": None}


def _cases(cases: Document, event: Any, recorded: Recorded[Any]) -> Document:
    others = {case: part for case, part in cases.items() if case != event.case}
    part = _part(cases.get(event.case), event, recorded)
    return others if part is None else others | {event.case: part}


def _part(before: Document | None, event: OfCase, recorded: Recorded[Any]) -> Document | None:  # noqa: PLR0911
    """`by_itself`: whether the case may write to a known director before anybody asked; none: it has ended."""
    match event:
        case ValidationOpened():
            return _NOBODY_ASKED | {"region": event.region, "by_itself": True}
        case ValidationReopened() | RefusalContested():
            return _NOBODY_ASKED | {"region": event.region, "by_itself": False}
        case TeacherValidated() | TeacherRejected() | RefusalUpheld() | ValidationWithdrawn():
            return None
        case CaseMoved():
            return before and before | {"region": event.region}
        case CaseSchoolMerged():
            asked = event.director_asked
            since = None if asked is None else recorded.time.isoformat()
            return {"region": event.region, "asked": asked, "asked_at": since, "by_itself": event.asks_by_itself}
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
    if isinstance(event, DirectorContactFailed):
        return _NOBODY_ASKED
    return {"asked": event.contact.id, "asked_at": recorded.time.isoformat()}


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
    named = filter(None, [_named_by_profile(document), *document["vouched"][:1]])
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
    indexes=(("write",), ("move",), ("merge",)),
)
