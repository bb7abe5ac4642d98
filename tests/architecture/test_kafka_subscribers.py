"""Every Kafka subscriber acknowledges by hand, reads from the start and creates no topic by accident.

FastStream's defaults lose messages (`ACK_FIRST`), start at the end of a topic, and declare topics with one partition.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parse, plant, python_files

PRODUCT = ("services", "shared", "deploy")

GOOD = """
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, Topic

broker = KafkaBroker("127.0.0.1:9092")
TOPICS = ["a", "b"]
broker.subscriber(
    *[Topic(name, declare=False) for name in TOPICS],
    ack_policy=AckPolicy.MANUAL,
    auto_offset_reset="earliest",
)
"""


def subscriber_violations(root: Path) -> list[str]:
    """Every call that subscribes without saying what has to be said, and every Topic that may be declared."""
    return [
        f"{path.relative_to(root)}:{call.lineno} {fault}"
        for path in python_files(root)
        if path.relative_to(root).parts[0] in PRODUCT
        for call in ast.walk(parse(path))
        if isinstance(call, ast.Call)
        for fault in _faults(call)
    ]


def _faults(call: ast.Call) -> Iterator[str]:
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    match _called(call):
        case "subscriber" if isinstance(call.func, ast.Attribute):
            if not given.get("ack_policy", "").endswith("AckPolicy.MANUAL"):
                yield "lacks AckPolicy.MANUAL"
            if given.get("auto_offset_reset") != "'earliest'":
                yield "does not read from the earliest offset"
            if "max_workers" in given:
                yield "has workers, which break order"
            if any(isinstance(argument, ast.Constant) for argument in call.args):
                yield "names its topic by a string, which declares it"
        case "Topic" if given.get("declare") != "False":
            yield "has a Topic that may be declared"
        case "KafkaBroker" if "ack_policy" in given:
            yield "sets an acknowledgement policy for a whole broker"


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def test_every_subscriber_of_the_product_is_safe() -> None:
    assert subscriber_violations(ROOT) == []


def test_a_safe_subscriber_passes(tmp_path: Path) -> None:
    plant(tmp_path, "shared/planted.py", GOOD)
    assert subscriber_violations(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    ack_policy=AckPolicy.MANUAL,\n", "", "lacks AckPolicy.MANUAL"),
        ("AckPolicy.MANUAL", "AckPolicy.ACK", "lacks AckPolicy.MANUAL"),
        ('    auto_offset_reset="earliest",\n', "", "does not read from the earliest offset"),
        ("(name, declare=False)", "(name)", "has a Topic that may be declared"),
        ("*[Topic(name, declare=False) for name in TOPICS]", '"a"', "names its topic by a string, which declares it"),
        (
            'auto_offset_reset="earliest"',
            'auto_offset_reset="earliest", max_workers=2',
            "has workers, which break order",
        ),
        (
            '"127.0.0.1:9092"',
            '"127.0.0.1:9092", ack_policy=AckPolicy.MANUAL',
            "sets an acknowledgement policy for a whole broker",
        ),
    ],
)
def test_the_check_bites(old: str, new: str, fault: str, tmp_path: Path) -> None:
    assert GOOD.count(old) == 1
    plant(tmp_path, "services/planted/app.py", GOOD.replace(old, new))
    assert [found.split(" ", 1)[1] for found in subscriber_violations(tmp_path)] == [fault]
