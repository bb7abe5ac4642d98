"""What every service does when somebody's personal data is to be forgotten: mark first, then delete (design §8)."""

from collections.abc import Awaitable, Callable, Sequence

from shared.mongo import Database
from shared.private_records.marks import Marks

Deletion = Callable[[str], Awaitable[None]]
"""`await deletion(subject)`: forgets what one collection holds about a person; doing it again changes nothing."""


class Erasure:
    """Erases one person in one service: `PrivateRecords.forget`, `Replicas.forget` and what the service registers."""

    def __init__(self, database: Database, deletions: Sequence[Deletion]) -> None:
        self._marks = Marks(database)
        self._deletions = tuple(deletions)

    async def erase(self, subject: str) -> None:
        """Idempotent; a crash in between is finished by the repeat. Writers that come later find the mark."""
        await self._marks.set(subject)
        for delete in self._deletions:
            await delete(subject)
