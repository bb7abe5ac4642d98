"""Topics are made by code, once, and one that would lose facts is refused."""

import pytest
from aiokafka.admin import NewTopic

from deploy.local.stack import LocalStack
from shared.messaging.topics import CONFIG, UnfitTopic, admin, describe_topics, ensure_topics, refuse_auto_creation
from tests.shared.messaging.relays import new_topic


async def test_a_topic_is_made_with_its_shards_and_keeps_everything(stack: LocalStack) -> None:
    name = new_topic()
    for _ in range(2):
        await ensure_topics(stack.kafka, [name], 4)
    async with admin(stack.kafka) as client:
        (topic,) = await describe_topics(client, [name])
    assert topic.partitions == 4
    assert topic.config == CONFIG


async def test_a_topic_with_another_number_of_partitions_is_refused(stack: LocalStack) -> None:
    name = new_topic()
    await ensure_topics(stack.kafka, [name], 4)
    with pytest.raises(UnfitTopic, match=rf"{name} has 4 partitions, this installation has 8 shards for life"):
        await ensure_topics(stack.kafka, [name], 8)


@pytest.mark.parametrize("setting", [{"retention.ms": "1000"}, {"cleanup.policy": "compact"}])
async def test_a_topic_that_forgets_is_refused(stack: LocalStack, setting: dict[str, str]) -> None:
    name = new_topic()
    async with admin(stack.kafka) as client:
        await client.create_topics([NewTopic(name, 2, 1, topic_configs=CONFIG | setting)])
    with pytest.raises(UnfitTopic, match=next(iter(setting))):
        await ensure_topics(stack.kafka, [name], 2)


async def test_asking_for_a_topic_does_not_make_it(stack: LocalStack) -> None:
    async with admin(stack.kafka) as client:
        await refuse_auto_creation(client)
        with pytest.raises(UnfitTopic, match="does not exist"):
            await describe_topics(client, [new_topic()])


async def test_a_broker_that_makes_topics_by_itself_is_refused(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(*_: object) -> dict[str, str]:
        return {"auto.create.topics.enable": "true"}

    monkeypatch.setattr("shared.messaging.topics._config", careless)
    async with admin(stack.kafka) as client:
        with pytest.raises(UnfitTopic, match=r"set auto\.create\.topics\.enable=false"):
            await refuse_auto_creation(client)
