"""Every event of every service, in one place: what codecs, schemas, AsyncAPI and topics are made from."""

from collections.abc import Mapping

from shared.contracts import notifications, projects, recognition, registration, validation
from shared.contracts.base import Event, IntentAbandoned, ParkedStreamDiscarded, ReactionDeclined, Service
from shared.contracts.envelope import Codec
from shared.contracts.upcasters import STEPS, Upcasters

CATALOGUE: Mapping[Service, tuple[type[Event], ...]] = {
    "registration": registration.EVENTS,
    "validation": validation.EVENTS,
    "projects": projects.EVENTS,
    "recognition": recognition.EVENTS,
    "notifications": notifications.EVENTS,
}

DECLINED: Mapping[Service, type[ReactionDeclined]] = {
    "registration": registration.ReactionDeclined,
    "validation": validation.ReactionDeclined,
    "projects": projects.ReactionDeclined,
    "recognition": recognition.ReactionDeclined,
    "notifications": notifications.ReactionDeclined,
}

ABANDONED: Mapping[Service, type[IntentAbandoned]] = {
    "registration": registration.IntentAbandoned,
    "validation": validation.IntentAbandoned,
    "projects": projects.IntentAbandoned,
    "recognition": recognition.IntentAbandoned,
    "notifications": notifications.IntentAbandoned,
}

DISCARDED: Mapping[Service, type[ParkedStreamDiscarded]] = {
    "registration": registration.ParkedStreamDiscarded,
    "validation": validation.ParkedStreamDiscarded,
    "projects": projects.ParkedStreamDiscarded,
    "recognition": recognition.ParkedStreamDiscarded,
    "notifications": notifications.ParkedStreamDiscarded,
}

UPCASTERS = Upcasters(STEPS)


def codec() -> Codec:
    """Reads every event of the programme."""
    return Codec(tuple(cls for events in CATALOGUE.values() for cls in events), UPCASTERS)


def topic_of(service: Service) -> str:
    """One topic a service: `registration.events`."""
    return f"{service}.events"
