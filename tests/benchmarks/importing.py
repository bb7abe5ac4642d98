"""An import of a country's register against the bare driver inserting the very same documents, as many at a time."""

import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from services.registration.app import build, import_schools
from services.registration.app.importing import CHUNK
from shared.event_store.commits import from_document
from shared.hosting.host import Host
from tests.benchmarks.figures import Figure, Pairs, per_second
from tests.benchmarks.installation import store
from tests.services.running import running

LINES = 5_000
ROUNDS = 3
COLUMNS = ("country", "official_id", "name", "city", "postal_code", "region")


async def measure(mongo_url: str, lines: int = LINES, rounds: int = ROUNDS) -> list[Figure]:
    """Lines per second of a first import, and of the same file again, which reads as much and changes nothing."""
    first, again = Pairs(), Pairs()
    with TemporaryDirectory() as name:
        file = Path(name) / "register.csv"
        write_register(file, lines)
        for number in range(rounds):
            folder = Path(name) / str(number)
            folder.mkdir()
            async with running("registration", build, mongo_url, folder) as service:
                ours = lines / await _imported(service.host, file)
                repeated = lines / await _imported(service.host, file)
                bare = lines / await _inserted(service.host, mongo_url)
            first.add(ours, bare)
            again.add(repeated, bare)
    return [
        first.figure(f"import of {lines:,} schools, lines", per_second, None),
        again.figure("the same file again, lines, against inserts", per_second, None),
    ]


def write_register(file: Path, lines: int) -> None:
    """A register as a country might have it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(
            (
                "ES",
                f"{28_000_000 + n}",
                f"Instituto de Educación Secundaria {n}",
                f"Ciudad {n % 997}",
                "28001",
                "Galicia",
            )
            for n in range(lines)
        )


async def _imported(host: Host, file: Path) -> float:
    started = time.perf_counter()
    report = await import_schools(host, file)
    if report.refused:
        raise RuntimeError("a line was refused")
    return time.perf_counter() - started


async def _inserted(host: Host, mongo_url: str) -> float:
    """The same documents into an empty store, in inserts of as many."""
    documents = await host.store.commits.find({}).to_list(None)
    for document in documents:
        document.update(from_document(document).to_document())  # as they were before the relay had seen them
    async with store(mongo_url, "registration") as bare:
        started = time.perf_counter()
        for at in range(0, len(documents), CHUNK):
            await bare.commits.insert_many(documents[at : at + CHUNK], ordered=False)
        return time.perf_counter() - started
