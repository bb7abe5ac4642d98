"""What the routes of validation ask: cases, the queue of a place, how long cases took there, names."""

from services.validation.queries.cases import CaseQueries, start_of_list
from services.validation.queries.durations import Durations, durations_of, latest_durations
from services.validation.queries.queue import OVERDUE, Place, Queued, QueueQueries, due_of

__all__ = [
    "OVERDUE",
    "CaseQueries",
    "Durations",
    "Place",
    "QueueQueries",
    "Queued",
    "due_of",
    "durations_of",
    "latest_durations",
    "start_of_list",
]
