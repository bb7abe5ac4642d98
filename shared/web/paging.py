"""Lists in pages: `after` is the sort key of the last item seen, so that a page costs the same wherever it begins.

Sort keys are identifiers or times, never personal data: they stand in URLs. Any well-formed key is a valid
place to go on from, whether an item still has it or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

DEFAULT_PAGE, LARGEST_PAGE = 20, 100
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for: at most `limit` items whose sort key is greater than `after`."""

    after: str | None
    limit: int


class Page(BaseModel, Generic[Item]):
    """One page; `next` is the `after` of the following one, or nothing on the last."""

    items: list[Item]
    next: str | None


def _paging(
    after: Annotated[str | None, Query(pattern=r"^[!-~]{1,200}$", description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE,
) -> PageRequest:
    return PageRequest(after, limit)


Paging = Annotated[PageRequest, Depends(_paging)]


def page_of(found: Sequence[Item], asked: PageRequest, key: Callable[[Item], str]) -> Page[Item]:
    """Make a page of `found`, which holds one item more than asked for where there are more (`limit + 1`)."""
    items = list(found[: asked.limit])
    return Page(items=items, next=key(items[-1]) if len(found) > asked.limit else None)
