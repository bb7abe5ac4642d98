"""Read your own write in a list: the caller names what it has just changed, and the list waits for it, bounded."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query


@dataclass(frozen=True, slots=True)
class ExpectedItem:
    """An item of a list (a UUID) and the stream version that the caller has seen of it."""

    identifier: str
    version: int


def _expected_item(
    expect: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@[0-9]{1,9}$",
            description="`<identifier>@<version>`, the version from the ETag of the caller's last command on it: "
            "the list waits until it shows that, two seconds at the longest; `behind` says whether it does not.",
        ),
    ] = None,
) -> ExpectedItem | None:
    if expect is None:
        return None
    identifier, _, version = expect.partition("@")
    return ExpectedItem(identifier, int(version))


Expectation = Annotated[ExpectedItem | None, Depends(_expected_item)]
"""What the list is expected to show, if anything."""
