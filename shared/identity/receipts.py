"""The receipt of an erasure: what somebody who was forgotten keeps, signed by registration (design §8).

A compact JWS (RFC 7515) with nothing in it about a person but the pseudonym. It names the event and the hash of its
commit, so that it can be held against the facts for as long as these exist: by registration, which looks the commit
up, and by anybody who reads its feed and its published key.
"""

from datetime import datetime
from typing import Literal

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.base import Identifier
from shared.identity.keys import ALGORITHM
from shared.identity.tokens import ISSUER

MAX_RECEIPT_LENGTH = 4_096
RECEIPT_PATTERN = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"
BACKUPS_FORGET_WITHIN_DAYS = 30
"""How long after an erasure a backup may still hold what was erased (design §8)."""
_TYPE = "erasure-receipt+jws"


class ReceiptInvalid(Exception):
    """Not a receipt of ours. Carries no part of it."""


class Receipt(BaseModel):
    """`erased`: every service forgets; `waiting`: it was asked for, a legal hold keeps the data for now.

    `event`, `stream`, `version` and `commit` (hex, SHA-256) name the fact, `at` is its time. `backups_days`: how many
    days after the erasure a backup may still hold something.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: Identifier
    status: Literal["erased", "waiting"]
    event: Identifier
    stream: Identifier
    version: int
    commit: str
    at: datetime
    backups_days: int = BACKUPS_FORGET_WITHIN_DAYS


def sign_receipt(key: OKPKey, receipt: Receipt) -> str:
    """Signs with registration's key. The same receipt always gives the same text (Ed25519 is deterministic)."""
    header = {"alg": ALGORITHM, "typ": _TYPE, "kid": ISSUER}
    return jws.serialize_compact(header, receipt.model_dump_json(), key, algorithms=[ALGORITHM])


def read_receipt(text: str, public_key: OKPKey) -> Receipt:
    """What a receipt says, checked with the key pinned to registration; raises `ReceiptInvalid`."""
    if len(text) > MAX_RECEIPT_LENGTH:
        raise ReceiptInvalid
    try:
        read = jws.deserialize_compact(text, public_key, algorithms=[ALGORITHM])
        receipt = Receipt.model_validate_json(read.payload)
    except (JoseError, ValidationError, ValueError, RecursionError):
        raise ReceiptInvalid from None
    if read.headers().get("typ") != _TYPE:
        raise ReceiptInvalid
    return receipt
