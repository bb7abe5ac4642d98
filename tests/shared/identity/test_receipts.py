"""Receipts of erasures: what registration signed, unchanged, and nothing else."""

import re
from datetime import UTC, datetime

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from shared.identity.keys import ALGORITHM
from shared.identity.links import Link, sign_link
from shared.identity.receipts import RECEIPT_PATTERN, Receipt, ReceiptInvalid, read_receipt, sign_receipt

KEY = OKPKey.generate_key("Ed25519")
NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
RECEIPT = Receipt(
    person="p-1", status="erased", event="e-1", stream="teacher-p-1", version=4, commit="ab" * 32, at=NOW
)  # fmt: skip


def test_a_receipt_says_what_was_signed_to_the_microsecond() -> None:
    text = sign_receipt(KEY, RECEIPT)
    assert read_receipt(text, KEY) == RECEIPT
    assert RECEIPT.backups_days == 30
    assert text == sign_receipt(KEY, RECEIPT)


def test_anybody_can_read_it_with_a_library_and_the_public_key() -> None:
    public = OKPKey.import_key(KEY.as_dict(private=False))
    read = jws.deserialize_compact(sign_receipt(KEY, RECEIPT), public, algorithms=[ALGORITHM])
    assert read.headers() == {"alg": "Ed25519", "typ": "erasure-receipt+jws", "kid": "registration"}
    assert Receipt.model_validate_json(read.payload) == RECEIPT


def test_another_key_and_a_changed_character_are_refused() -> None:
    text = sign_receipt(KEY, RECEIPT)
    changed = text[:150] + ("A" if text[150] != "A" else "B") + text[151:]
    for wrong in (changed, sign_receipt(OKPKey.generate_key("Ed25519"), RECEIPT)):
        with pytest.raises(ReceiptInvalid):
            read_receipt(wrong, KEY)


def test_what_the_same_key_signed_for_something_else_is_no_receipt() -> None:
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": "registration"}
    same = jws.serialize_compact(header, RECEIPT.model_dump_json(), KEY, algorithms=[ALGORITHM])
    for other in (same, sign_link(KEY, Link("confirm_email", "teacher-1", "attempt-1", NOW))):
        with pytest.raises(ReceiptInvalid):
            read_receipt(other, KEY)


@pytest.mark.parametrize("text", ["", "a.b.c", "é", "x" * 5_000, "\x00.a.b", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        read_receipt(text, KEY)


def test_the_documented_pattern_fits() -> None:
    assert re.fullmatch(RECEIPT_PATTERN, sign_receipt(KEY, RECEIPT))
