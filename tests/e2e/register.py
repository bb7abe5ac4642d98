"""The register of schools that these tests import: exactly those that their tellings of the story draw."""

import csv
from collections.abc import Iterable
from pathlib import Path

from deploy.prepare import SCHOOLS
from deploy.story.people import School
from deploy.story.performance import drawn_schools

TELLINGS = ("anna", "berta", "clara")
AGAIN = "dora"
JOURNEY = "emma"
ERASURE = "flora"
CANARY = "greta"
EXPORT = "hanna"
RUNS = (*TELLINGS, AGAIN, JOURNEY, ERASURE, CANARY, EXPORT)


def small_register(path: Path, runs: Iterable[str] = RUNS) -> Path:
    """The rows of those schools, as a file to be imported."""
    wanted = {_key(school) for run in runs for school in drawn_schools(run)}
    with SCHOOLS.open(encoding="utf-8", newline="") as whole, path.open("w", encoding="utf-8", newline="") as part:
        rows = csv.DictReader(whole)
        written = csv.DictWriter(part, rows.fieldnames or ())
        written.writeheader()
        written.writerows(row for row in rows if (row["country"], row["official_id"]) in wanted)
    return path


def _key(school: School) -> tuple[str, str]:
    return school.country, school.official_id
