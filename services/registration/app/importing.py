"""The official register of schools, from a file: `etwinning schools import`. The same file twice changes nothing."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from uuid_utils import uuid7

from services.registration.commands import RegisterSchool
from services.registration.school import SCHOOL, SchoolNotAdmitted
from shared.contracts.base import derived_id
from shared.event_store.bulk import append_many, load_many
from shared.event_store.commits import Commit
from shared.event_store.handling import commit_after
from shared.event_store.history import Context, History
from shared.event_store.store import Appended
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host
from shared.nodes import UnknownCountry, UnknownRegion

COLUMNS = ("country", "official_id", "name", "city", "postal_code", "region")
OPERATOR = "operator"
_CHUNK = 200
_COUNTRY = re.compile(r"[A-Z]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 300

Progress = Callable[[int], None]
"""`progress(lines)`: so many lines are done."""


class NotASchoolsFile(Exception):
    """The file cannot be read, or lacks a column; one sentence that says which."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line (the file's first is 1) and why its school was refused: `withdrawn`, `name_missing`, …"""

    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of every line: accepted are those registered now and those that were so already."""

    registered: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.registered + self.unchanged

    def reasons(self) -> Counter[str]:
        """How often each reason."""
        return Counter(one.reason for one in self.refused)


class LineRefused(Exception):
    """A line that is no school; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def import_schools(host: Host, path: Path, progress: Progress = lambda _: None) -> ImportReport:
    """Registers every school of a CSV file with the columns of `COLUMNS`, in chunks; a bad line refuses only itself.

    Raises:
        NotASchoolsFile: it cannot be read as one.
    """
    report = ImportReport()
    context = str(uuid7())
    for chunk in _chunks(lines_of(path)):
        commands = {}
        for line, row in chunk:
            try:
                command = command_of(host, row)
            except LineRefused as refused:
                report.refused.append(Refused(line, refused.reason))
                continue
            if command.school in commands:
                report.refused.append(Refused(line, "identifier_twice"))
                continue
            commands[command.school] = (line, command)
        await _register(host, list(commands.values()), context, report)
        progress(len(chunk))
    return report


async def _register(
    host: Host, commands: Sequence[tuple[int, RegisterSchool]], correlation: str, report: ImportReport
) -> None:
    histories = await load_many(host.store, [SCHOOL.stream(command.school) for _, command in commands])
    commits: dict[str, tuple[int, RegisterSchool]] = {}
    batch: list[Commit] = []
    for line, command in commands:
        history = histories[SCHOOL.stream(command.school)]
        try:
            commit = _decided(host, history, command, correlation)
        except RuleViolation as violation:
            report.refused.append(Refused(line, _reason(violation)))
            continue
        if commit is None:
            report.unchanged += 1
        else:
            batch.append(commit)
            commits[commit.key] = (line, command)
    results = await append_many(host.store, batch) if batch else {}
    for key, result in results.items():
        line, command = commits[key]
        if result is Appended.STORED:
            report.registered += 1
        else:
            await _again(host, line, command, correlation, report)


def _decided(host: Host, history: History, command: RegisterSchool, correlation: str) -> Commit | None:
    """The commit that registers the school; none where it is registered so already."""
    events = SCHOOL.decide(SCHOOL.fold(history.events()), command)
    if not events:
        return None
    return commit_after(host.store.installation, history, events, command, _context(command, correlation))


async def _again(host: Host, line: int, command: RegisterSchool, correlation: str, report: ImportReport) -> None:
    """Somebody registered it at the same moment: decide on what is there now."""
    try:
        outcome = await host.handler.handle(SCHOOL, command.school, command, _context(command, correlation))
    except RuleViolation as violation:
        report.refused.append(Refused(line, _reason(violation)))
        return
    if outcome.commit is None or outcome.repeated:
        report.unchanged += 1
    else:
        report.registered += 1


def _context(command: RegisterSchool, correlation: str) -> Context:
    return Context(
        actor=OPERATOR,
        capacity=OPERATOR,
        node=command.country.lower(),
        correlation_id=correlation,
        command_id=derived_id("import school", command.school, correlation),
    )


def command_of(host: Host, row: dict[str, str]) -> RegisterSchool:
    """What a line asks for; raises `LineRefused`."""
    values = _values(row)
    country = values["country"].upper()
    if not _COUNTRY.fullmatch(country):
        raise LineRefused("unknown_country")
    on = host.clock()
    try:
        node = host.nodes.country(country)
    except UnknownCountry:
        raise LineRefused("unknown_country") from None
    try:
        region = node.region(values["region"]) if values["region"] else None
    except UnknownRegion:
        region = None  # a school without a region belongs to its country's national representative
    return RegisterSchool(
        at=on,
        school=school_identifier(country, values["official_id"]),
        country=country,
        region=region,
        official_id=values["official_id"],
        name=values["name"],
        city=values["city"],
        postal_code=values["postal_code"],
        not_admitted=node.accepts_registrations(on.date()).reason,
    )


def _values(row: dict[str, str]) -> dict[str, str]:
    values = {name: _cleaned(row.get(name)) for name in COLUMNS}
    for name in ("official_id", "name", "city"):
        if not values[name]:
            raise LineRefused(f"{name}_missing")
    if any(len(value) > _LONGEST for value in values.values()):
        raise LineRefused("value_too_long")
    return values


def school_identifier(country: str, official_id: str) -> str:
    """`FR-0110710M`: the country and the official identifier, signs other than letters, digits and `._:` as `-`."""
    return f"{country}-{re.sub(r'[^A-Za-z0-9._:]+', '-', official_id)}"[:120]


def _cleaned(value: str | None) -> str:
    return _CONTROL.sub(" ", value or "").strip()


def _reason(violation: RuleViolation) -> str:
    if isinstance(violation, SchoolNotAdmitted):
        return str(violation.data["reason"])
    return violation.code()


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line's number and values by column; raises `NotASchoolsFile`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise NotASchoolsFile(f"{path} has no column {', '.join(missing)}")
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise NotASchoolsFile(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error):
        raise NotASchoolsFile(f"{path} is no CSV file in UTF-8") from None


def _chunks(lines: Iterator[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk
