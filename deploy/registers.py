"""The register of schools of one installation, imported from a file and told in a sentence."""

from pathlib import Path

from deploy.connections import opened
from deploy.errors import Unable
from deploy.local.jars import Say
from services.registration.app import ImportReport, import_schools
from services.registration.app.importing import NotASchoolsFile
from shared.hosting.settings import Settings

EVERY = 1_000
MOST_LINES = 20


async def import_register(settings: Settings, path: Path, say: Say) -> str:
    """Imports a file; says how far it is every thousand lines, and at the end what became of them.

    Raises:
        Unable: it is no such file, or the database does not answer.
    """
    done = 0

    def progress(lines: int) -> None:
        nonlocal done
        before, done = done // EVERY, done + lines
        if done // EVERY > before:
            say(f"  {done:,} lines of the register of schools")

    async with opened("registration", settings) as host:
        try:
            report = await import_schools(host, path, progress)
        except NotASchoolsFile as fault:
            raise Unable(f"{fault}.") from None
    return summary(report)


def summary(report: ImportReport) -> str:
    """`Schools: 5,228 accepted (5,228 new), 3 refused (withdrawn: lines 12, 13, 14)`."""
    said = f"Schools: {report.accepted:,} accepted ({report.registered:,} new), {len(report.refused):,} refused"
    reasons = []
    for reason in sorted(report.reasons()):
        lines = [str(one.line) for one in report.refused if one.reason == reason]
        more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
        reasons.append(f"{reason.replace('_', ' ')}: lines {', '.join(lines[:MOST_LINES])}{more}")
    return said + (f" ({'; '.join(reasons)})" if reasons else "")
