"""The roles `reactions` and `views`: consumer groups of one service. Reactions come with the group that erases."""

from shared.contracts.base import Service
from shared.contracts.catalogue import topic_of
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.messaging.consumer import Consumers, Group
from shared.messaging.erasing import ErasureWork
from shared.messaging.processing import GroupProcessor, Work
from shared.messaging.reactions import ReactionsWork
from shared.private_records.erasure import Erasure
from shared.views.live import prepare_views
from shared.views.runner import ViewsWork

_ERASURE_SOURCES: frozenset[Service] = frozenset({"registration"})
_ROLES = {"erasure": "reactions", "reactions": "reactions", "views": "views"}


async def consumers(host: Host, parts: Parts, roles: frozenset[str]) -> Consumers:
    """The groups that these roles need, not started yet."""
    if "views" in roles:
        await prepare_views(host.database, group_name(host.service, "views"), parts.views)
    doing = works(host, parts)
    groups = [
        _group(host, name, sources, doing[name])
        for name, sources in group_sources(host.service, parts).items()
        if _ROLES[name.partition(".")[2]] in roles
    ]
    return Consumers(host.settings.stores.kafka, groups, host.metrics, host.heartbeats)


def group_name(service: Service, kind: str) -> str:
    """The consumer group of one kind of work: `recognition.reactions`."""
    return f"{service}.{kind}"


def group_sources(service: Service, parts: Parts) -> dict[str, frozenset[Service]]:
    """Every consumer group of a service, and the services whose topics it reads."""
    groups = {
        "erasure": _ERASURE_SOURCES,
        "reactions": parts.reaction_sources(),
        "views": parts.view_sources(),
    }
    return {group_name(service, kind): sources for kind, sources in groups.items() if sources}


def works(host: Host, parts: Parts) -> dict[str, Work]:
    """What each consumer group of a service does with what it is given."""
    codec = host.store.codec
    deletions = [host.records.forget, host.replicas.forget, *parts.deletions]
    reactions = ReactionsWork(
        parts.reactions, parts.aggregates, host.handler, codec, host.clock, react_from=parts.react_from
    )
    every: dict[str, Work] = {
        "erasure": ErasureWork(Erasure(host.database, deletions), codec),
        "reactions": reactions,
        "views": ViewsWork(parts.views, host.database, codec),
    }
    return {name: every[name.partition(".")[2]] for name in group_sources(host.service, parts)}


def _group(host: Host, name: str, sources: frozenset[Service], work: Work) -> Group:
    processor = GroupProcessor(name, work, host.database, host.clock, refill=host.feeds.between)
    return Group(name, tuple(topic_of(service) for service in sorted(sources)), processor)
