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


async def consumers(host: Host, parts: Parts, roles: frozenset[str]) -> Consumers:
    """The groups that these roles need, not started yet."""
    groups: list[Group] = []
    if "reactions" in roles:
        groups.append(_erasure(host, parts))
        if parts.reactions:
            groups.append(_reactions(host, parts))
    if "views" in roles and parts.views:
        groups.append(await _views(host, parts))
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


def _reactions(host: Host, parts: Parts) -> Group:
    work = ReactionsWork(
        parts.reactions, parts.aggregates, host.handler, host.store.codec, host.clock, react_from=parts.react_from
    )
    return _group(host, "reactions", parts.reaction_sources(), work)


def _erasure(host: Host, parts: Parts) -> Group:
    erasure = Erasure(host.database, [host.records.forget, host.replicas.forget, *parts.deletions])
    return _group(host, "erasure", _ERASURE_SOURCES, ErasureWork(erasure, host.store.codec))


async def _views(host: Host, parts: Parts) -> Group:
    await prepare_views(host.database, group_name(host.service, "views"), parts.views)
    return _group(host, "views", parts.view_sources(), ViewsWork(parts.views, host.database, host.store.codec))


def _group(host: Host, kind: str, sources: frozenset[Service], work: Work) -> Group:
    name = group_name(host.service, kind)
    processor = GroupProcessor(name, work, host.database, host.clock, refill=host.feeds.between)
    return Group(name, tuple(topic_of(service) for service in sorted(sources)), processor)
