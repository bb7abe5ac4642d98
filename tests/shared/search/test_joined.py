"""Whoever is found is found by what view and text say last, in whatever order they said it; nothing else stays."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.search.entries import question
from shared.search.facts import NO_PART, PARTS, fact_fields
from shared.search.joined import Joined
from shared.search.private_texts import text_entry

PLACES = st.sampled_from([None, ("members", "members", "ES"), ("members", "everyone", "FR")])
RECORDS = st.sampled_from(["r-1", "r-2"])
FACTS = st.tuples(st.just("fact"), st.sampled_from("12"), RECORDS, PLACES, st.sampled_from([(), ("age:3",)]))
TEXTS = st.tuples(st.just("text"), st.sampled_from("12"), RECORDS, st.sampled_from(["Ana Gil", "Anabel", "Luc"]))
GONE = st.tuples(st.just("gone"), st.sampled_from("12"))


def fact(identifier: str, record: str | None, scope: tuple[str, ...] | None, *facets: str) -> dict[str, Any]:
    return fact_fields(identifier, record, scope, facets) | {"_id": identifier, "schools": [f"s-{identifier}"]}


def text(identifier: str, record: str, name: str) -> dict[str, Any]:
    return text_entry("somebody", record, name) | {"_id": identifier}


def found(kept: Joined, query: str, *facets: str, within: tuple[str, ...] = ("members",)) -> list[str]:
    return sorted(kept.names.find(question(query, facets), within, 50).identifiers)


@given(st.lists(st.one_of(FACTS, TEXTS, GONE), max_size=12))
def test_the_last_of_both_halves_decide(told: list[Any]) -> None:
    kept, facts, texts = Joined(), dict[str, Any](), dict[str, Any]()
    for kind, identifier, *rest in told:
        if kind == "fact":
            record, scope, facets = rest
            facts[identifier] = (record, scope, facets)
            kept.put_fact(fact(identifier, record, scope, *facets))
        elif kind == "text":
            texts[identifier] = rest
            kept.put_text(text(identifier, *rest))
        else:
            texts.pop(identifier, None)
            kept.drop_text(identifier)
    whole = {
        one: (scope, facets, texts[one][1])
        for one, (record, scope, facets) in facts.items()
        if scope is not None and one in texts and texts[one][0] == record
    }
    assert found(kept, "ana") == sorted(one for one, (_, _, name) in whole.items() if "Ana" in name)
    assert found(kept, "", "age:3") == sorted(one for one, (_, facets, _) in whole.items() if facets)
    seen = sorted(one for one, (scope, _, name) in whole.items() if "Ana" in name and scope[1] == "everyone")
    assert found(kept, "ana", within=("members", "everyone")) == seen


def test_what_was_forgotten_leaves_no_letter() -> None:
    kept = Joined()
    kept.put_fact(fact("1", "r-1", ("members", "members", "ES"), "age:3"))
    kept.put_text(text("1", "r-1", "Ana Gil"))
    assert found(kept, "ana") == ["1"]
    kept.drop_text("1")
    assert found(kept, "ana") == found(kept, "", "age:3") == []
    assert b"ana" not in kept._halves["1"].line
    assert len(kept) == 0


def test_a_hidden_one_with_a_text_and_without_a_record_is_not_found() -> None:
    kept = Joined()
    kept.put_fact(fact("1", None, ("members", "members", "ES"), "age:3"))
    kept.put_fact(fact("2", "r-2", None, "age:3"))
    kept.put_text(text("2", "r-2", "Ana"))
    kept.put_text(text("3", "r-3", "Ana"))
    assert found(kept, "ana") == found(kept, "", "age:3") == []


def test_what_stands_beside_is_the_last_that_the_view_said() -> None:
    kept = Joined(lambda document: document["schools"])
    kept.put_fact(fact("1", "r-1", None))
    assert (kept.beside("1"), kept.beside("2")) == (("s-1",), ())


def test_a_fact_is_looked_after_where_there_is_something_to_find() -> None:
    assert fact("1", "r-1", ("members",))["part"] in range(PARTS)
    assert [fact("1", "r-1", None)["part"], fact("1", None, ("members",))["part"]] == [NO_PART, NO_PART]
