"""The register of schools of one installation, imported from a file and told in a sentence."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.connections import opened
from deploy.errors import Unable
from deploy.local.jars import Say
from services.registration.app import ImportReport, import_schools
from services.registration.app.importing import REFUSED, UNCHANGED, Tell, Told
from services.registration.app.register_files import FileMapping, NotASchoolsFile
from shared.hosting.settings import Settings

EVERY = 1_000
MOST_LINES = 20
REPORTED = ("line", "school", "outcome", "reason")


async def import_register(
    settings: Settings,
    path: Path,
    say: Say,
    tell: Tell | None = None,
    *,
    mapping: FileMapping | None = None,
    dry_run: bool = False,
) -> str:
    """Imports a file; without `tell` says how far it is every thousand lines. At the end what became of them.

    Raises:
        Unable: it is no such file, or the database does not answer.
    """
    done = 0

    def progress(lines: Sequence[Told]) -> None:
        nonlocal done
        before, done = done // EVERY, done + len(lines)
        if done // EVERY > before:
            say(f"  {done:,} lines of the register of schools")

    async with opened("registration", settings) as host:
        try:
            report = await import_schools(host, path, tell or progress, mapping=mapping, dry_run=dry_run)
        except NotASchoolsFile as fault:
            raise Unable(f"{fault}.") from None
    return ("Dry run, nothing was changed. " if dry_run else "") + summary(report)


def summary(report: ImportReport) -> str:
    """`Schools: 5,228 accepted (5,228 new), 3 refused (withdrawn: lines 12, 13, 14)`."""
    changes = [
        f"{count:,} {outcome.replace('_', ' ')}"
        for outcome, count in sorted(report.outcomes.items())
        if outcome not in {REFUSED, UNCHANGED, "registered"}
    ]
    accepted = ", ".join([f"{report.registered:,} new", *changes])
    said = f"Schools: {report.accepted:,} accepted ({accepted}), {len(report.refused):,} refused"
    reasons = []
    for reason in sorted(report.reasons()):
        lines = [str(one.line) for one in report.refused if one.reason == reason]
        more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
        reasons.append(f"{reason.replace('_', ' ')}: lines {', '.join(lines[:MOST_LINES])}{more}")
    return said + (f" ({'; '.join(reasons)})" if reasons else "")


@contextmanager
def reported_to(path: Path | None) -> Iterator[Tell]:
    """Writes each line's outcome to a CSV file as it becomes known; to nothing without a path.

    Raises:
        Unable: the file cannot be written.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(REPORTED)
            yield lambda told: writer.writerows(
                (one.line, one.school, "+".join(one.outcomes), "+".join(one.reasons)) for one in told
            )
    except OSError as error:
        raise Unable(f"The report {path} cannot be written: {error.strerror}.") from None
