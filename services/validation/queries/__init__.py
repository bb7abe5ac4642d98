"""What the routes of validation ask: cases, the queue of a place, how long cases may take and took there, names."""

from services.validation.queries.addresses import AddressNotKnownYet, OwnAddresses
from services.validation.queries.allowed import Allowed, allowed, owner_due, policy_due
from services.validation.queries.cases import CaseQueries, start_of_list
from services.validation.queries.details import DetailQueries, Details
from services.validation.queries.durations import Durations, durations_of, latest_durations
from services.validation.queries.queue import OVERDUE, Place, Queued, QueueQueries
from services.validation.queries.words import Words

__all__ = [
    "OVERDUE",
    "AddressNotKnownYet",
    "Allowed",
    "CaseQueries",
    "DetailQueries",
    "Details",
    "Durations",
    "OwnAddresses",
    "Place",
    "QueueQueries",
    "Queued",
    "Words",
    "allowed",
    "durations_of",
    "latest_durations",
    "owner_due",
    "policy_due",
    "start_of_list",
]
