"""Whatever is called so is found in memory by any three letters of it, and by what it was called last."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.search.entries import question
from shared.search.folding import folded_text
from shared.search.names import MOST_LOOKED_AT, Names

SCRIPTS = "abcxyzéèłőșğıßøåñΑθήναςωΚиївльщѓњქთბილისիԵրևան"
NAMES = st.lists(st.text(SCRIPTS, min_size=1, max_size=12), min_size=1, max_size=4).map(" ".join)


def names(*entries: tuple[str, str], country: str = "ES", facets: tuple[str, ...] = ()) -> Names:
    made = Names()
    for identifier, text in entries:
        made.put(identifier, ("open", country), folded_text(text), facets)
    return made


def found(kept: Names, query: str, *facets: str, within: tuple[str, ...] = ("open",), most: int = 50) -> list[str]:
    return list(kept.find(question(query, facets=facets), within, most).identifiers)


@given(NAMES, st.data())
@settings(max_examples=300)
def test_any_name_is_found_by_each_part_of_its_words(name: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(name.split()))
    start = data.draw(st.integers(0, len(word) - 1))
    part = word[start : data.draw(st.integers(start + 1, len(word)))]
    if question(part).telling:
        kept = names(("other", "xyzzy"), ("one", name), ("another", "xyzzy"))
        assert "one" in found(kept, part)
        assert "one" in found(kept, part.upper(), within=("open", "ES"))
        assert found(kept, part, within=("closed",)) == []


WORDS = st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=3).map(" ".join)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from("1234"),
        st.sampled_from([None, ("open", "ES"), ("open", "FR"), ("closed", "ES")]),
        WORDS,
        st.sampled_from([(), ("primary",), ("primary", "secondary")]),
    ),
    max_size=12,
)


@given(CHANGES, WORDS, st.sampled_from([(), ("primary",)]), st.sampled_from([(), ("open",), ("open", "FR")]))
@settings(max_examples=300)
def test_what_is_found_is_what_a_look_at_every_entry_finds(
    changes: list[tuple[str, tuple[str, str] | None, str, tuple[str, ...]]],
    query: str, facets: tuple[str, ...], within: tuple[str, ...],
) -> None:  # fmt: skip
    kept, last, asked = (
        Names(),
        dict[str, tuple[tuple[str, str], str, tuple[str, ...]]](),
        question(query, facets=facets),
    )
    if not asked.telling and not facets:
        return
    for identifier, scope, text, told in changes:
        kept.put(identifier, scope, folded_text(text), told)
        kept.find(asked, within, 50)  # so that what is kept between two questions is made anew
        last.pop(identifier, None)
        if scope is not None:
            last[identifier] = (scope, folded_text(text), told)
    entries = {one: (text, told) for one, (scope, text, told) in last.items() if scope[: len(within)] == within}
    answer = kept.find(asked, within, 50)
    assert set(answer.identifiers) == {
        one
        for one, (text, told) in entries.items()
        if all(needed in text for needed in asked.needed()) and set(facets) <= set(told)
    }
    assert not answer.more
    assert len(kept) == len(last)
    assert all(kept.has(one, "primary") == ("primary" in told) for one, (_, _, told) in last.items())


def test_beginnings_of_words_come_first_also_of_many() -> None:
    kept = names(("1", "Zamoulin"), ("2", "Collège Moulin"), ("3", "Moulin"), ("4", "Mou"))
    assert found(kept, "moulin") == ["2", "3", "1"]
    many = names(*((f"{number:03}", "Zamoulin") for number in range(200)), ("last", "Moulin"))
    answer = many.find(question("moulin"), ("open",), 50)
    assert (answer.identifiers[0], len(answer.identifiers), answer.more) == ("last", 50, True)


def test_every_word_has_to_be_there_and_short_ones_begin_one() -> None:
    kept = names(("1", "Lycée St Jean"), ("2", "Lycée Jean"), ("3", "Lycée Prost Jean"))
    assert found(kept, "jean st") == ["1"]
    assert found(kept, "jean lyc") == ["2", "3", "1"]
    assert found(kept, "jean pierre") == []


@pytest.mark.parametrize(("query", "count"), [("rare lycee", 40), ("lycee rare", 40), ("autre rare", 0)])
def test_the_rarest_word_decides_how_much_is_looked_at(query: str, count: int) -> None:
    size = 2 * MOST_LOOKED_AT
    kept = names(
        *((str(number), f"Lycée {'Rare' if number % (size // 40) == 0 else 'Autre'}") for number in range(size))
    )
    answer = kept.find(question(query), ("open",), 50)
    assert (len(answer.identifiers), answer.more) == (count, False)


def test_a_search_among_too_much_ends_and_says_so() -> None:
    kept = names(*((str(number), "abcz zabc bcdz") for number in range(MOST_LOOKED_AT + 10)))
    answer = kept.find(question("zabc"), ("open",), 50, lambda _: False)
    assert (answer.identifiers, answer.more) == ([], True)


def test_a_facet_is_no_part_of_a_name() -> None:
    kept = names(("1", "Ana"), facets=("subject:music", "language:es"))
    for query in ("subject", "music", "mus", "language"):
        assert found(kept, query) == []
    assert found(kept, "", "subject:music") == found(kept, "an", "language:es") == ["1"]
    assert found(kept, "ana", "subject:art") == found(kept, "", "subject:art") == []


def test_facets_are_told_apart_however_many_there_are() -> None:
    kept = Names()
    for number in range(20_000):
        kept.put(str(number), ("open",), "", [f"region:{number}"])
    for number in (0, 126, 127, 16_128, 16_129, 19_999):
        assert found(kept, "", f"region:{number}") == [str(number)]


def test_what_no_line_tells_is_asked_of_whoever_knows() -> None:
    kept = names(*((str(number), "Ana") for number in range(100)))
    answer = kept.find(question("ana"), ("open",), 50, lambda identifier: identifier in {"7", "99"})
    assert (sorted(answer.identifiers), answer.more) == (["7", "99"], False)
