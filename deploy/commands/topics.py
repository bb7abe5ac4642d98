"""`etwinning topics`."""

import asyncio
from typing import Any

import typer

from deploy.commands.output import AsJson, show

topics = typer.Typer(
    help="Create and show Kafka topics: as code, never by accident of subscribing.",
    no_args_is_help=True,
    add_completion=False,
)


@topics.command()
def create(as_json: AsJson = False) -> None:
    """Create the missing topics, and check every one.

    Example: etwinning topics create
    """
    asyncio.run(_create())
    list_topics(as_json=as_json)


@topics.command("list")
def list_topics(as_json: AsJson = False) -> None:
    """Show each topic with its partitions and settings.

    Example: etwinning topics list --json
    """
    show(asyncio.run(_described()), ("topic", "partitions", "retention.ms", "cleanup.policy"), as_json=as_json)


async def _create() -> None:
    from deploy.connections import installation_settings, kafka_asked
    from deploy.errors import Unable
    from shared.contracts.base import SERVICES
    from shared.contracts.catalogue import topic_of
    from shared.messaging.topics import UnfitTopic, ensure_topics

    settings = installation_settings()
    names = [topic_of(service) for service in SERVICES]
    try:
        with kafka_asked(settings.stores.kafka):
            await ensure_topics(settings.stores.kafka, names, settings.installation.shards)
    except UnfitTopic as fault:
        raise Unable(f"{fault}.") from None


async def _described() -> list[dict[str, Any]]:
    from deploy.connections import installation_settings, kafka_asked
    from deploy.errors import Unable
    from shared.contracts.base import SERVICES
    from shared.contracts.catalogue import topic_of
    from shared.messaging.topics import UnfitTopic, admin, describe_topics

    kafka = installation_settings().stores.kafka
    try:
        with kafka_asked(kafka):
            async with admin(kafka) as client:
                found = await describe_topics(client, [topic_of(service) for service in SERVICES])
    except UnfitTopic as fault:
        raise Unable(f"{fault}.") from None
    return [{"topic": one.name, "partitions": one.partitions, **one.config} for one in found]
