"""Who reads a page, and in which language: the one chosen on the page, else one's own, else the browser's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from shared.languages import accepted

TAG = r"^[A-Za-z-]{2,16}$"


@dataclass(frozen=True, slots=True)
class Reader:
    """`chosen`: on the page, as its address says. `accepted`: by the browser, the dearest first."""

    chosen: str | None = None
    accepted: tuple[str, ...] = ()

    def wanted(self, own: Sequence[str] = ()) -> tuple[str, ...]:
        """In which languages to try a page for somebody who is known to speak `own`."""
        return (*((self.chosen,) if self.chosen else ()), *own, *self.accepted)


def reader(request: Request, lang: Annotated[str | None, Query(pattern=TAG)] = None) -> Reader:
    """`lang`: the language that was chosen on a page."""
    return Reader(lang, accepted(request.headers.get("accept-language", "")))


Reading = Annotated[Reader, Depends(reader)]
"""What a route that answers with a page depends on."""
