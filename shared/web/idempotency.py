"""Idempotency keys and versions of commands: what makes a repeated request safe and a blind one impossible."""

from typing import Annotated

from fastapi import Depends, Header, Response
from uuid_utils import uuid7

IDEMPOTENCY_KEY_PATTERN = r"^[!-~]{1,255}$"
# Quotes are the rule (RFC 9110 §8.8.3) and may be left out: tools that read a quoted number as JSON drop them.
IF_MATCH_PATTERN = r'^("[0-9]{1,9}"|[0-9]{1,9})$'


def _idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=IDEMPOTENCY_KEY_PATTERN,
            min_length=1,
            max_length=255,
            description="Repeat a command under its key and it is done once. Without one, the server makes one.",
        ),
    ] = None,
) -> str:
    return key if key is not None else str(uuid7())


def _expected_version(
    tag: Annotated[
        str | None,
        Header(
            alias="If-Match",
            pattern=IF_MATCH_PATTERN,
            description="The ETag that the decision was taken on: 412 if there is a newer version.",
        ),
    ] = None,
) -> int | None:
    return None if tag is None else int(tag.strip('"'))


IdempotencyKey = Annotated[str, Depends(_idempotency_key)]
"""A command's key: the caller's, else one made here (a repeat without a key is another command)."""

ExpectedVersion = Annotated[int | None, Depends(_expected_version)]
"""The stream version named by `If-Match`, if any."""


def etag(version: int) -> str:
    """The entity tag of a stream version."""
    return f'"{version}"'


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = etag(version)
