"""Whether a teacher may act: a block bars every write while seals stay (FAQ L24)."""

from shared.event_store.violations import Forbidden, NotYetKnown
from shared.identity.standing_view import ERASED, STANDINGS
from shared.views.reader import ViewReader


class Barred(Forbidden):
    """The profile is blocked, or has disappeared: nothing can be changed. `standing` says which (FAQ L24-25)."""


class ReturnNotYetKnown(NotYetKnown):
    """The teacher was inactive, and has signed in again a moment ago."""


async def refuse_barred(views: ViewReader, teacher: str) -> None:
    """Lets pass who may act; a teacher of whose profile nothing was heard yet may.

    Raises:
        Barred: blocked, removed or erased.
        ReturnNotYetKnown: inactive here still; signing in ended it.
    """
    seen = await views.get(STANDINGS, teacher)
    if seen is None:
        return
    if seen["blocked"] or seen["standing"] in {"removed", ERASED}:
        raise Barred(standing="blocked" if seen["blocked"] else "removed")
    if seen["standing"] == "inactive":
        raise ReturnNotYetKnown


async def may_act(views: ViewReader, teacher: str) -> bool:
    """The same about somebody else, of whom nobody needs to know why."""
    try:
        await refuse_barred(views, teacher)
    except (Barred, ReturnNotYetKnown):
        return False
    return True
