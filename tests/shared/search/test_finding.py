"""Whatever is called so is found by any three letters of it, and few entries are read for it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.search.entries import RANKS, Entry, entry_fields, question, rank_of
from shared.search.finding import MOST_READ, STEP, find

SCRIPTS = "abcxyzéèłőșğıßøåñΑθήναςωΚиївльщѓњქთბილიսիԵրևան"
NAMES = st.lists(st.text(SCRIPTS, min_size=1, max_size=12), min_size=1, max_size=4).map(" ".join)


class Kept:
    """Entries in memory, read as the database reads them; `reads` are the sizes of what was read."""

    def __init__(self, *entries: Entry) -> None:
        self.entries, self.reads = entries, list[int]()

    async def read(self, key: str, low: int, high: int) -> Sequence[Entry]:
        found = [entry for entry in self.entries if key in entry["keys"] and low <= entry["rank"] < high]
        self.reads.append(len(found))
        return found


def entry(identifier: str, text: str, *facets: str, country: str = "ES") -> Entry:
    return entry_fields(identifier, text, ("", country), facets) | {"_id": identifier}


async def found(kept: Kept, query: str, scope: str = "", *facets: str, most: int = 50) -> list[str]:
    answer = await find(question(query, scope, facets), kept.read, most)
    return [str(one["_id"]) for one in answer.entries]


@given(NAMES, st.data())
@settings(max_examples=300)
async def test_any_name_is_found_by_each_part_of_its_words(name: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(name.split()))
    start = data.draw(st.integers(0, len(word) - 1))
    part = word[start : data.draw(st.integers(start + 1, len(word)))]
    asked = question(part, "ES")
    if asked.telling:
        kept = Kept(entry("one", name), *(entry(f"other-{number}", "xyzzy") for number in range(3)))
        assert "one" in await found(kept, part, "ES")
        assert "one" in await found(kept, part.upper())


async def test_beginnings_of_words_come_first() -> None:
    kept = Kept(entry("1", "Zamoulin"), entry("2", "Collège Moulin"), entry("3", "Moulin"), entry("4", "Mou"))
    assert await found(kept, "moulin") == ["2", "3", "1"]
    assert await found(kept, "oul") == ["2", "3", "1"]


async def test_every_word_has_to_be_there_and_short_ones_begin_one() -> None:
    kept = Kept(entry("1", "Lycée St Jean"), entry("2", "Lycée Jean"), entry("3", "Lycée Prost Jean"))
    assert await found(kept, "jean st") == ["1"]
    assert await found(kept, "jean lyc") == ["2", "3", "1"]
    assert await found(kept, "jean pierre") == []


async def test_a_scope_and_facets_narrow_it() -> None:
    kept = Kept(
        entry("1", "Uno", "level:primary"), entry("2", "Uno", "level:secondary"), entry("3", "Uno", country="FR")
    )
    assert await found(kept, "uno") == ["1", "2", "3"]
    assert await found(kept, "uno", "ES") == ["1", "2"]
    assert await found(kept, "uno", "ES", "level:primary") == ["1"]
    assert await found(kept, "", "ES", "level:primary") == ["1"]
    assert await found(kept, "uno", "ES", "level:primary", "level:secondary") == []


@pytest.mark.parametrize("query", ["", "ab", "!!", "a b c"])
def test_what_has_no_word_of_three_letters_has_no_key(query: str) -> None:
    assert question(query, "ES").keys() == ()


MANY = [entry(f"s-{number}", f"Lycée {'Rare' if number % 500 == 0 else 'Autre'} {number}") for number in range(20_000)]


@pytest.mark.parametrize(("query", "count"), [("lyc", 50), ("lycee rare", 40), ("rare lycee", 40), ("lycee 777", 26)])
async def test_of_many_few_are_read(query: str, count: int) -> None:
    kept = Kept(*MANY)
    assert len(await found(kept, query, "ES")) >= min(count, 20)
    assert sum(kept.reads) < 4 * STEP


async def test_a_search_that_finds_too_little_among_too_much_ends_and_says_so() -> None:
    kept = Kept(*MANY)
    answer = await find(question("lyc", "ES", ["level:primary"]), kept.read, 50)
    assert (answer.entries, answer.more) == ([], False)  # the facet is the rarest key: nothing has it
    word = await find(question("ecelyc"), Kept(*MANY).read, 50)
    assert (word.entries, word.more) == ([], False)
    dense = Kept(*(entry(f"s-{number}", "abcdabxbcd") for number in range(MOST_READ + 2_000)))
    ended = await find(question("abcdbcd"), dense.read, 50)
    assert (ended.entries, ended.more) == ([], False)
    apart = Kept(*(entry(f"s-{number}", "abcz zabc bcdz") for number in range(MOST_READ + 2_000)))
    ended = await find(question("abcd"), apart.read, 50)
    assert (ended.entries, ended.more) == ([], True)
    assert sum(apart.reads) < MOST_READ + 2 * STEP


@given(st.integers(0, 10**9))
def test_a_rank_is_below_the_ranks_and_the_same_every_time(number: int) -> None:
    assert 0 <= rank_of(str(number)) < RANKS
    assert rank_of(str(number)) == rank_of(str(number))
