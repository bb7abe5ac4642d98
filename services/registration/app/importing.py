"""The official register of schools, from a file: `etwinning schools import`. The same file twice changes nothing.

What was done stands in the schools' own streams, so that an import that was killed goes on by being repeated.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from uuid_utils import uuid7

from services.registration.api.named_school import record_about
from services.registration.app.register_files import FileMapping, LineRefused, SchoolLine, read_line, rows_of
from services.registration.commands import ImportSchool
from services.registration.queries import Directors, Proposals
from services.registration.school import SCHOOL, School, SchoolNotAdmitted, director_of
from shared.contracts.base import Event, RecordRef, derived_id
from shared.event_store.bulk import append_many, load_many
from shared.event_store.commits import Commit
from shared.event_store.handling import commit_after
from shared.event_store.history import Context, History
from shared.event_store.store import Appended
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host
from shared.private_records.records import Draft, SubjectErased

OPERATOR = "operator"
CHUNK = 200
_OUTCOMES = {
    "SchoolRegistered": "registered",
    "SchoolCorrected": "corrected",
    "SchoolMoved": "moved",
    "SchoolDescribed": "described",
    "SchoolClosed": "closed",
    "SchoolReopened": "reopened",
    "DirectorContactUpdated": "director_contact",
}
REFUSED, UNCHANGED = "refused", "unchanged"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a line (the file's first is 1): one outcome or several, and reasons as codes.

    No personal data: of the director only that the contact changed, was kept, or could not be used.
    """

    line: int
    school: str
    outcomes: tuple[str, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A line and why its school was refused: `withdrawn`, `name_missing`, …"""

    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of every line: accepted are those registered now, changed now, and those that were so already."""

    outcomes: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def registered(self) -> int:
        return self.outcomes["registered"]

    @property
    def unchanged(self) -> int:
        return self.outcomes[UNCHANGED]

    @property
    def accepted(self) -> int:
        return self.registered + self.changed + self.unchanged

    def reasons(self) -> Counter[str]:
        """How often each reason."""
        return Counter(one.reason for one in self.refused)

    def count(self, told: Told) -> None:
        """Counts one line."""
        self.outcomes.update(told.outcomes)
        if told.outcomes == (REFUSED,):
            self.refused.append(Refused(told.line, told.reasons[0]))
        elif told.outcomes != (UNCHANGED,) and "registered" not in told.outcomes:
            self.changed += 1


Tell = Callable[[Sequence[Told]], None]
"""`tell(lines)`: these lines are done, in their order."""


async def import_schools(
    host: Host,
    path: Path,
    tell: Tell = lambda _: None,
    *,
    mapping: FileMapping | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Registers and corrects every school of a CSV file, in chunks; a bad line refuses only itself.

    `dry_run`: decides everything and commits nothing.

    Raises:
        NotASchoolsFile: it cannot be read as one.
    """
    report, running = ImportReport(), _Import(host, mapping or FileMapping(), dry_run)
    for chunk in _chunks(rows_of(path, running.mapping)):
        told = sorted(await running.chunk(chunk), key=lambda one: one.line)
        for one in told:
            report.count(one)
        tell(told)
    return report


@dataclass(slots=True)
class _Line:
    """A line on its way to its commit."""

    said: SchoolLine
    school: str
    command: ImportSchool
    notes: tuple[str, ...]
    drafts: list[Draft] = field(default_factory=list)

    def told(self, outcomes: tuple[str, ...], *reasons: str) -> Told:
        return Told(self.said.line, self.school, outcomes or (UNCHANGED,), (*reasons, *self.notes))


class _Import:
    """One run over one file. The schools of the file so far are remembered: the second line of one is refused."""

    def __init__(self, host: Host, mapping: FileMapping, dry_run: bool) -> None:
        self.mapping = mapping
        self._host, self._dry_run = host, dry_run
        self._correlation = str(uuid7())
        self._seen: set[str] = set()
        self._proposals, self._directors = Proposals(host), Directors(host)

    async def chunk(self, rows: Sequence[tuple[int, dict[str, str]]]) -> list[Told]:
        """What became of these lines."""
        said, told = self._read(rows)
        lines = await self._identified(said, told)
        histories = await load_many(self._host.store, [SCHOOL.stream(line.school) for line in lines])
        batch: dict[str, tuple[Commit, _Line, tuple[str, ...]]] = {}
        for line in lines:
            history = histories[SCHOOL.stream(line.school)]
            state = SCHOOL.fold(history.events())
            await self._with_director(line, state)
            try:
                events = SCHOOL.decide(state, line.command)
            except RuleViolation as violation:
                told.append(line.told((REFUSED,), _reason(violation)))
                continue
            if events and line.command.director_contact is not None and not self._dry_run:
                await self._drafted(line)
                events = SCHOOL.decide(state, line.command)
            if not events or self._dry_run:
                told.append(line.told(_outcomes(events)))
                continue
            commit = await self._commit(history, events, line)
            batch[commit.key] = (commit, line, _outcomes(events))
        return told + await self._append(batch)

    def _read(self, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[SchoolLine], list[Told]]:
        said, told = [], []
        for line, row in rows:
            try:
                said.append(read_line(self._host.nodes, self.mapping, line, row))
            except LineRefused as refused:
                told.append(Told(line, "", (REFUSED,), (refused.reason,)))
        return said, told

    async def _identified(self, said: Sequence[SchoolLine], told: list[Told]) -> list[_Line]:
        by_country: dict[str, list[str]] = {}
        for one in said:
            by_country.setdefault(one.country, []).append(one.official_id)
        schools = {
            country: await self._proposals.identifiers(country, official) for country, official in by_country.items()
        }
        lines = []
        for one in said:
            school = schools[one.country][one.official_id]
            if school in self._seen:
                told.append(Told(one.line, school, (REFUSED,), ("identifier_twice",)))
                continue
            self._seen.add(school)
            lines.append(_Line(one, school, self._command(one, school), one.notes))
        return lines

    def _command(self, said: SchoolLine, school: str) -> ImportSchool:
        now = self._host.clock()
        return ImportSchool(
            at=now,
            school=school,
            country=said.country,
            official_id=said.official_id,
            name=said.name,
            city=said.city,
            postal_code=said.postal_code,
            region=said.region,
            region_said=said.region_said,
            levels=said.levels,
            mail_domain=said.mail_domain,
            director_contact=None,
            closed=said.closed,
            not_admitted=self._host.nodes.country(said.country).accepts_registrations(now.date()).reason,
        )

    async def _with_director(self, line: _Line, state: School) -> None:
        """An import replaces what an import said; what people said since is kept, and nobody whom the register still
        names comes back once a director was forgotten. Only promises a record."""
        director, known = line.said.director, state.contact
        if director is None or await self._directors.known_as(state, director.name, director.email) is not None:
            return
        if known is not None and known.given_by != "import":
            line.notes = (*line.notes, "director_contact_kept")
            return
        if known is None and state.director is not None:
            line.notes = (*line.notes, "director_erased")
            return
        promised = RecordRef(id=derived_id("import director", line.school, self._correlation), commitment="0" * 64)
        line.command = line.command.model_copy(update={"director_contact": promised})

    async def _drafted(self, line: _Line) -> None:
        """Writes the promised record of the director, who may have been forgotten."""
        promised, director, contact = line.command.director_contact, line.said.director, None
        if promised is None or director is None:
            return
        try:
            subject = director_of(line.school, School())
            draft = await record_about(self._host, promised.id, subject, director.name, director.email)
        except SubjectErased:
            line.notes = (*line.notes, "director_erased")
        else:
            line.drafts, contact = [draft], draft.ref
        line.command = line.command.model_copy(update={"director_contact": contact})

    async def _commit(self, history: History, events: tuple[Event, ...], line: _Line) -> Commit:
        for draft in line.drafts:
            await draft.aim(history.stream, history.version + 1)
        return commit_after(self._host.store.installation, history, events, line.command, self._context(line))

    async def _append(self, batch: Mapping[str, tuple[Commit, _Line, tuple[str, ...]]]) -> list[Told]:
        """One unordered insert; where somebody was faster, once more down the road that everything takes."""
        told = []
        results = await append_many(self._host.store, [commit for commit, _, _ in batch.values()]) if batch else {}
        for key, result in results.items():
            _, line, outcomes = batch[key]
            told.append(line.told(outcomes) if result is Appended.STORED else await self._again(line))
        return told

    async def _again(self, line: _Line) -> Told:
        try:
            outcome = await self._host.handler.handle(
                SCHOOL, line.school, line.command, self._context(line), line.drafts
            )
        except RuleViolation as violation:
            return line.told((REFUSED,), _reason(violation))
        if outcome.commit is None:
            return line.told(())
        return line.told(_outcomes(one.event for one in outcome.commit.decoded(self._host.store.codec)))

    def _context(self, line: _Line) -> Context:
        return Context(
            actor=OPERATOR,
            capacity=OPERATOR,
            node=line.said.country.lower(),
            correlation_id=self._correlation,
            command_id=derived_id("import school", line.school, self._correlation),
        )


def _outcomes(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(_OUTCOMES[type(event).__name__] for event in events)


def _reason(violation: RuleViolation) -> str:
    if isinstance(violation, SchoolNotAdmitted):
        return str(violation.data["reason"])
    return violation.code()


def _chunks(rows: Iterator[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
