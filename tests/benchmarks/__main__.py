"""`python -m tests.benchmarks [figure …]`: a stack of its own, the figures, the page. A quiet machine, please."""

import asyncio
import os
import platform
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from deploy.local.stack import LocalStack
from tests.benchmarks import (
    answering,
    commits,
    draining,
    folding,
    growth,
    hashing,
    importing,
    queries,
    reacting,
    registering,
    replay,
    searching,
    searching_texts,
)
from tests.benchmarks.figures import Figure, show
from tests.local_stacks import ended_with_the_tests, new_stack

Measure = Callable[[LocalStack], Coroutine[Any, Any, list[Figure]]]
FIGURES: dict[str, Measure] = {
    "commits": lambda stack: commits.measure(stack.mongo_url),
    "reaction": lambda stack: reacting.measure(stack.mongo_url, stack.kafka),
    "relay": lambda stack: draining.measure(stack.mongo_url, stack.kafka),
    "views": lambda stack: folding.measure(stack.mongo_url, stack.kafka),
    "replay": lambda _: replay.measure(),
    "growth": lambda stack: growth.measure(stack.mongo_url, stack.kafka),
    "registrations": registering.measure,
    "importing": lambda stack: importing.measure(stack.mongo_url),
    "answering": lambda stack: answering.measure(stack.mongo_url),
    "hashing": lambda stack: hashing.measure(stack.mongo_url),
    "queries": lambda stack: queries.measure(stack.mongo_url),
    "search": lambda stack: searching.measure(stack.mongo_url),
    "people": lambda stack: searching_texts.measure_people(stack.mongo_url),
    "projects": lambda stack: searching_texts.measure_projects(stack.mongo_url),
}


def main(wanted: list[str]) -> int:
    """Prints the page; 2 for a figure that there is none of. A missed aim is a figure, not a failure."""
    console = Console(highlight=False, width=120 if not sys.stdout.isatty() else None)
    unknown = set(wanted) - set(FIGURES)
    if unknown:
        console.print(f"No figure {', '.join(sorted(unknown))}: choose of {', '.join(FIGURES)}.")
        return 2
    found: list[Figure] = []
    with ended_with_the_tests() as folder, new_stack(folder) as stack:
        for name in wanted or FIGURES:
            console.print(f"Measuring {name} …")
            found += asyncio.run(FIGURES[name](stack))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over five minutes"
    console.print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}")
    show(found, console)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
