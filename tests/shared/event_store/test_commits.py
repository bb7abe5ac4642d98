"""A chain is what was hashed, in the order of its versions, with heads that can be read. No I/O."""

from hashlib import sha256

import pytest

from shared.event_store.commits import COMMIT_TAG, GENESIS, Commit, CorruptCommit, chained, seal
from shared.mongo import Document


def commit(version: int, previous: bytes) -> Commit:
    facts = {"stream": "s-1", "version": version, "commit_id": f"c{version}", "cause": "e", "policy": "p"}
    return seal(facts, (f'{{"n":{version}}}'.encode(),), previous, 4, None)


def documents(count: int) -> list[Document]:
    made: list[Commit] = []
    for version in range(1, count + 1):
        made.append(commit(version, made[-1].hash if made else GENESIS))
    return [one.to_document() for one in made]


def test_a_stream_is_put_in_order_and_says_which_decisions_it_holds() -> None:
    found = chained("s-1", reversed(documents(3)))

    assert [(one.version, one.id, one.named.policy) for one in found] == [
        (1, "c1", "p"),
        (2, "c2", "p"),
        (3, "c3", "p"),
    ]


def test_a_missing_version_is_named() -> None:
    first, _, third = documents(3)

    with pytest.raises(CorruptCommit, match="s-1@2: is missing"):
        chained("s-1", [first, third])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"head": b"{}"}, "its head is not what was hashed"),
        ({"events": [b"{}"]}, "its events are not what was hashed"),
        ({"events": []}, "its events are not what was hashed"),
        ({"prev_hash": bytes(31) + b"1"}, "does not follow the commit before it"),
    ],
)
def test_what_was_changed_is_named(changed: Document, fault: str) -> None:
    with pytest.raises(CorruptCommit, match=fault):
        chained("s-1", [documents(1)[0] | changed])


@pytest.mark.parametrize("head", [b"", b"[]", b"{}", b'{"stream": "\xff"}', b'{"x":' + b"[" * 100_000])
def test_a_head_that_was_hashed_but_is_none_of_ours_is_a_corrupt_commit(head: bytes) -> None:
    forged = {"head": head, "hash": sha256(COMMIT_TAG + GENESIS + head).digest()}

    with pytest.raises(CorruptCommit, match="its head cannot be read"):
        chained("s-1", [documents(1)[0] | forged])


def test_the_head_of_another_place_is_refused() -> None:
    with pytest.raises(CorruptCommit, match="its head belongs to another place"):
        chained("s-1", [documents(1)[0] | {"stream": "s-2"}])
