"""Finds the answers to a question and reads as few entries as it can: the rarest key, rank by rank."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.search.entries import RANKS, Entry, Question

Read = Callable[[str, int, int], Awaitable[Sequence[Entry]]]
"""`await read(key, low, high)`: the entries of that key whose rank is at least `low` and below `high`."""
PROBED = RANKS // 256
"""How far each key is read to see how rare it is: a key that all of 300,000 entries have costs 1,200 reads."""
STEP = 250
"""Entries that one further look should read."""
MOST_READ = 3_000
"""Where a search ends that has still not found enough: something is left unsaid, and the answer says so."""
MOST_PROBES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: there are others, or there may be."""

    entries: Sequence[Entry]
    more: bool


async def find(question: Question, read: Read, most: int) -> Found:
    """At most `most` answers, those first in which every word begins a word.

    What is found of many is the same at every call, but no list of the best: the next letter narrows it.
    A question without a key is not answered: the caller refuses it.
    """
    read = _remembering(read)
    anywhere = await _pass(question, read, most, begins=False)
    if len(anywhere.entries) <= most or not question.telling:
        return Found(_in_order(question, anywhere.entries)[:most], anywhere.more)
    beginning = await _pass(question, read, most, begins=True)
    first = {str(entry["_id"]): entry for entry in (*beginning.entries, *anywhere.entries)}
    return Found(_in_order(question, list(first.values()))[:most], more=True)


async def _pass(question: Question, read: Read, most: int, *, begins: bool) -> Found:
    keys = question.keys(begins=begins)[:MOST_PROBES]
    probes = await asyncio.gather(*(read(key, 0, PROBED) for key in keys))
    rarest = min(range(len(keys)), key=lambda number: (len(probes[number]), number))
    read_so_far, upto, answers = len(probes[rarest]), PROBED, _answers(question, probes[rarest], begins)
    while upto < RANKS and len(answers) <= most and read_so_far < MOST_READ:
        high = min(RANKS, upto + _width(read_so_far, upto))
        entries = await read(keys[rarest], upto, high)
        answers += _answers(question, entries, begins)
        read_so_far, upto = read_so_far + len(entries), high
    return Found(answers, more=upto < RANKS or len(answers) > most)


def _remembering(read: Read) -> Read:
    """The second pass probes what the first one has probed."""
    probed: dict[str, Sequence[Entry]] = {}

    async def reading(key: str, low: int, high: int) -> Sequence[Entry]:
        if low > 0:
            return await read(key, low, high)
        if key not in probed:
            probed[key] = await read(key, low, high)
        return probed[key]

    return reading


def _width(read_so_far: int, upto: int) -> int:
    """As many ranks as hold `STEP` entries of that key, by what was read of it; at most sixteen times as many."""
    return min(16 * upto, max(1, STEP * upto // max(1, read_so_far)))


def _answers(question: Question, entries: Sequence[Entry], begins: bool) -> list[Entry]:
    return [entry for entry in entries if question.answers(entry, begins=begins)]


def _in_order(question: Question, entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (not question.begun(entry), entry["text"], str(entry["_id"])))
