"""The glossary explains every code that speaks of people, once and with its source, and no term twice."""

from collections import Counter

import pytest

from tests.architecture.tree import ROOT
from tests.docs.asking import is_there, sources_in
from tests.docs.codes import codes
from tests.docs.pages import rows_of, spans

GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
_OWN = ("assumed", "decided here")


def told(text: str) -> Counter[str]:
    """The codes that the tables of codes explain."""
    return Counter(code for row in rows_of(text) for code in spans(row.get("code", "")))


def unsourced(text: str) -> list[str]:
    """Terms and codes whose row does not say where they come from, or names a line or chapter that there is not."""
    rows = [row for row in rows_of(text) if "source" in row]
    return [next(iter(row.values())) for row in rows if not _is_sourced(row["source"])]


def _is_sourced(source: str) -> bool:
    named = sources_in(source)
    return all(map(is_there, named)) and (bool(named) or any(own in source for own in _OWN))


def test_every_code_is_explained_once_and_no_other() -> None:
    found = told(GLOSSARY)
    assert sorted(codes() - found.keys()) == []
    assert sorted(found.keys() - codes()) == []
    assert [code for code, times in found.items() if times > 1] == []


def test_every_term_stands_once() -> None:
    terms = Counter(row["term"] for row in rows_of(GLOSSARY) if "term" in row)
    assert [term for term, times in terms.items() if times > 1 and term != "node"] == []


def test_every_explanation_says_where_it_comes_from() -> None:
    assert unsourced(GLOSSARY) == []


@pytest.mark.parametrize("source", ["", "hearsay", "L42", "§9", "§4.22"])
def test_an_explanation_from_nowhere_is_found(source: str) -> None:
    assert unsourced(f"| term | meaning | source |\n|---|---|---|\n| tea | a drink | {source} |\n") == ["tea"]


def test_a_code_without_explanation_and_an_invented_one_are_found() -> None:
    planted = told(GLOSSARY.replace("`librarian`", "`keeper_of_books`"))
    assert "librarian" in codes() - planted.keys()
    assert "keeper_of_books" in planted.keys() - codes()
