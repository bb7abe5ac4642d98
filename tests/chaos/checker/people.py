"""What the rules say about people (rules §1, §4), judged from the history alone: accounts, cases, blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.checker.formats import StoredCommit, StoredEvent
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import Store, World

RULES = "rules"
_BEGIN_AN_ACCOUNT = frozenset({"TeacherRegistered", "OfficeAccepted"})
_DECIDES = frozenset({"TeacherValidated", "TeacherRejected", "RefusalUpheld", "ValidationWithdrawn"})
_TAKES_UP_AGAIN = {"RefusalContested": "TeacherRejected", "ValidationReopened": "TeacherRejected"}
_ANSWERS = frozenset({"DirectorApproved", "DirectorRefused"})


def check_people(world: World) -> Iterator[Violation]:
    for store in world.stores.values():
        if store.service == "registration":
            yield from _one_account_an_address(store)
        for stream, commits in store.streams.items():
            events = [event for commit in commits for event in commit.events]
            if stream.startswith("case-"):
                yield from _one_decision(events)
            elif stream.startswith("profile-"):
                yield from _blocks(events)


def _one_account_an_address(store: Store) -> Iterator[Violation]:
    """A commit's command names the claim on an address: the key of one address, which tells nobody what it is."""
    holders: dict[str, str] = {}
    for stream, commits in store.streams.items():
        claim = _claim_of_live_account(commits)
        if claim is not None and holders.setdefault(claim, stream) != stream:
            yield Violation(RULES, f"registration/{stream}", f"lives at the same address as {holders[claim]}")


def _claim_of_live_account(commits: Sequence[StoredCommit]) -> str | None:
    """Where the account lives in the end; an address that was only asked for is not lived at yet."""
    asked: str | None = None
    lives: str | None = None
    for commit in commits:
        command = commit.facts.get("command")
        said = command.get("data", {}).get("claim") if isinstance(command, dict) else None
        names = {event.name for event in commit.events}
        if lives is None or "EmailChanged" in names:
            asked = said or asked
        if names & _BEGIN_AN_ACCOUNT or (lives is not None and "EmailChanged" in names):
            lives = asked
        if "PersonalDataErased" in names:
            asked = lives = None
    return lives


@dataclass
class _Case:
    """A case so far. `refused_by`: whose refusal was contested."""

    decision: StoredEvent | None = None
    answer: str | None = None
    rejected_by: str = ""
    refused_by: str = ""
    contested: int = 0


def _one_decision(events: Sequence[StoredEvent]) -> Iterator[Violation]:
    """Decided once, until it lapses or is taken up again; after the director; looked at again by somebody else."""
    case = _Case()
    for event in events:
        if event.name in _ANSWERS:
            case.answer = event.name
        elif event.name in _DECIDES:
            yield from _decided(case, event)
            case.decision = event
        elif event.name in _TAKES_UP_AGAIN:
            yield from _taken_up(case, event)
            case.decision = None
        elif event.name == "ValidationLapsed" and (case.decision is None or case.decision.name != "TeacherValidated"):
            yield Violation(RULES, event.place, "a validation lapsed that was not in force")


def _decided(case: _Case, event: StoredEvent) -> Iterator[Violation]:
    if case.decision is not None:
        said = f"{event.name} in a case that {case.decision.place} decided before ({case.decision.name})"
        yield Violation(RULES, event.place, said)
    if event.name == "TeacherValidated" and case.answer != "DirectorApproved":
        yield Violation(RULES, event.place, f"was validated while the director's answer was {case.answer}")
    if event.name == "RefusalUpheld" and not case.contested:
        yield Violation(RULES, event.place, "a refusal was upheld that nobody contested")
    if case.refused_by and str(event.body.get("actor")) == case.refused_by:
        yield Violation(RULES, event.place, "the second look was the same officer's")
    if event.name == "TeacherRejected":
        case.rejected_by = event.said("by")


def _taken_up(case: _Case, event: StoredEvent) -> Iterator[Violation]:
    needed = _TAKES_UP_AGAIN[event.name]
    if case.decision is None or case.decision.name != needed:
        yield Violation(RULES, event.place, f"{event.name} of a case that was not refused")
    if event.name == "RefusalContested":
        case.contested += 1
        case.refused_by = case.rejected_by
        if case.contested > 1:
            yield Violation(RULES, event.place, "a refusal was contested twice")


def _blocks(events: Sequence[StoredEvent]) -> Iterator[Violation]:
    """By an officer, with a reason for everyone (rules §1.12); a block ends before the next begins."""
    blocked = False
    for event in events:
        if event.name == "ProfileBlocked":
            if not event.said("reason"):
                yield Violation(RULES, event.place, "was blocked without a reason")
            if event.body.get("capacity") in {"teacher", "system", None}:
                yield Violation(RULES, event.place, "was blocked by nobody in office")
            if blocked:
                yield Violation(RULES, event.place, "was blocked while blocked")
        if event.name == "ProfileUnblocked" and not blocked:
            yield Violation(RULES, event.place, "was unblocked, and was not blocked")
        if event.name in {"ProfileBlocked", "ProfileUnblocked"}:
            blocked = event.name == "ProfileBlocked"
