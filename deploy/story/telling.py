"""The story as it is printed: its facts, its mails, and the proof of every chain that it touched."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from deploy.story.mailbox import Mail
from deploy.story.watching import Sighting

_STREAM_WIDTH = 22


def show_facts(sightings: Sequence[Sighting], console: Console) -> None:
    """One line for each fact, in the order in which they reached Kafka."""
    table = Table(title="What happened", title_justify="left")
    for name in ("fact", "service", "stream", "version", "ms"):
        table.add_column(name, justify="right" if name in ("version", "ms") else "left", no_wrap=True)
    for one in sightings:
        stream = one.recorded.stream
        short = stream if len(stream) <= _STREAM_WIDTH else f"{stream[: _STREAM_WIDTH - 1]}…"
        table.add_row(_words(one), one.service, short, str(one.recorded.version), f"{one.ms:.0f}")
    console.print(table)


def show_mails(mails: Sequence[Mail], console: Console) -> None:
    """What was mailed to whom."""
    table = Table(title="What was mailed", title_justify="left")
    table.add_column("to")
    table.add_column("subject")
    for mail in mails:
        table.add_row(", ".join(mail.to), mail.subject)
    console.print(table)


def show_proof(proved: Sequence[tuple[str, int]], console: Console) -> None:
    """How many streams and commits of each service were verified, byte by byte."""
    table = Table(title="What was verified", title_justify="left")
    for name in ("service", "chains", "commits"):
        table.add_column(name, justify="left" if name == "service" else "right")
    streams: Counter[str] = Counter(service for service, _ in proved)
    commits: Counter[str] = Counter()
    for service, number in proved:
        commits[service] += number
    for service in sorted(streams):
        table.add_row(service, str(streams[service]), str(commits[service]))
    console.print(table)


def _words(one: Sighting) -> str:
    reason = getattr(one.recorded.event, "reason", None)
    return f"{one.what} ({reason})" if reason else one.what
