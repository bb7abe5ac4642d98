"""A database that does not answer, told to whoever asked instead of failing the whole request."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from shared.event_store.violations import RuleViolation
from shared.mongo import PyMongoError

log = structlog.get_logger()


@contextmanager
def telling_unanswered(violation: type[RuleViolation]) -> Iterator[None]:
    """For one of several things that are asked at once.

    `violation`: what it means for that one: `Busy` where nothing can have been done, else `OutcomeUnknown`.
    """
    try:
        yield
    except PyMongoError as error:
        log.warning("database_unanswered", error=type(error).__name__)
        raise violation from error
