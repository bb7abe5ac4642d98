"""What is committed is what is generated, and it is what its standard asks for."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema_rs import Draft202012Validator, ValidationError
from typer.testing import CliRunner

from deploy import documents
from deploy.asyncapi import asyncapi
from deploy.documents import DOCS, out_of_date, schema_documents
from deploy.openapi import openapi_of
from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.json_schemas import DIALECT, SCHEMAS, committed_schemas, current_schemas, path_of, type_of
from tests.contracts.corpus import CORPUS, Line

HOW = "run `python -m deploy.documents`"
DOCUMENT = asyncapi()


def test_the_schemas_are_those_of_the_code() -> None:
    assert out_of_date(schema_documents()) == [], HOW


def test_a_changed_schema_is_seen(tmp_path: Path) -> None:
    path, content = next(iter(schema_documents().items()))
    copy = tmp_path / path.name
    assert out_of_date({copy: content}) == [copy]
    copy.write_bytes(content)
    assert out_of_date({copy: content}) == []
    copy.write_bytes(content.replace(b"string", b"number", 1))
    assert out_of_date({copy: content}) == [copy]


def test_a_file_is_named_by_its_type() -> None:
    assert all(type_of(path_of(type_name)) == type_name for type_name in current_schemas())


def test_every_schema_is_valid_2020_12() -> None:
    files = [str(path) for path in sorted(SCHEMAS.rglob("*.json"))]
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--check-metaschema", *files]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stdout
    assert {schema["$schema"] for schema in committed_schemas().values()} == {DIALECT}


def test_asyncapi_is_that_of_the_code() -> None:
    assert out_of_date({DOCS / "asyncapi.json": documents.text(DOCUMENT)}) == [], HOW


def test_asyncapi_reads_as_asyncapi_3() -> None:
    assert ApplicationSchema.model_validate(DOCUMENT).asyncapi == "3.0.0"
    assert set(DOCUMENT["channels"]) == {f"{service}.events" for service in SERVICES}


def test_every_reference_of_asyncapi_leads_somewhere() -> None:
    found = list(references(DOCUMENT))
    assert found
    for reference in found:
        node: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


@pytest.mark.parametrize("line", CORPUS, ids=str)
def test_what_was_published_is_what_asyncapi_describes(line: Line) -> None:
    key = line.type_name.removeprefix("eu.etwinning.")
    service = key.partition(".")[0]
    assert key in DOCUMENT["channels"][f"{service}.events"]["messages"]
    schema = {"components": DOCUMENT["components"], **DOCUMENT["components"]["messages"][key]["payload"]}
    validator = Draft202012Validator(schema)
    validator.validate(line.attributes)
    with pytest.raises(ValidationError):
        validator.validate(line.attributes | {"data": {"canary": 1}})


@pytest.mark.parametrize("event", [event for events in CATALOGUE.values() for event in events])
def test_every_event_says_what_it_means(event: Any) -> None:
    assert DOCUMENT["components"]["messages"][event.type_name().removeprefix("eu.etwinning.")]["summary"]


@pytest.mark.parametrize("service", SERVICES)
def test_openapi_is_that_of_the_service(service: Service) -> None:
    assert out_of_date({DOCS / "openapi" / f"{service}.json": documents.text(openapi_of(service))}) == [], HOW


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_stands_under_its_service_and_says_what_it_does(service: Service) -> None:
    document = openapi_of(service)
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        assert path.startswith(f"/{service}")
        for operation in operations.values():
            assert operation.get("description") or operation.get("summary")
            assert any(status.startswith(("2", "3")) for status in operation["responses"])


def test_the_command_refuses_to_replace_a_published_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**committed_schemas(), "eu.etwinning.registration.TeacherSang.v1": {"type": "object"}}
    monkeypatch.setattr(documents, "committed_schemas", lambda: broken)
    stamps = {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.json")}
    answer = CliRunner().invoke(documents.app, [])
    assert answer.exit_code == 1
    assert "TeacherSang" in answer.stderr
    assert {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.json")} == stamps


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []
