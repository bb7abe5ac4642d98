"""Makes every document that is generated and committed: JSON Schemas, AsyncAPI, OpenAPI.

`python -m deploy.documents` writes them; `--check` only says which are out of date. Neither replaces a published
schema by one that accepts other data: that is a new version of the event. `--unpublished` does, for a version that no
installation has ever written.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer

from deploy.asyncapi import asyncapi
from deploy.openapi import openapi_of
from shared.contracts.base import SERVICES
from shared.contracts.catalogue import codec
from shared.contracts.compatibility import Incompatible, incompatibilities
from shared.contracts.json_schemas import committed_schemas, current_schemas, path_of

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def schema_documents() -> Mapping[Path, bytes]:
    """One file for every version of every event, and the envelope."""
    return {path_of(type_name): text(schema) for type_name, schema in current_schemas().items()}


def documents() -> Mapping[Path, bytes]:
    """Every generated document: path to exact content."""
    apis = {DOCS / "openapi" / f"{service}.json": text(openapi_of(service)) for service in SERVICES}
    return {**schema_documents(), DOCS / "asyncapi.json": text(asyncapi()), **apis}


def out_of_date(made: Mapping[Path, bytes]) -> list[Path]:
    """The documents whose committed file is missing or says something else."""
    return [path for path, content in made.items() if not path.is_file() or path.read_bytes() != content]


def broken_promises() -> list[Incompatible]:
    """What the code breaks of the schemas that are committed."""
    return incompatibilities(committed_schemas(), current_schemas(), codec().knows)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a document is out of date.")] = False,
    unpublished: Annotated[
        bool, typer.Option("--unpublished", help="Replace even schemas that no longer accept what they accepted.")
    ] = False,
) -> None:
    """Write the generated documents. Example: python -m deploy.documents --check"""
    broken = [] if unpublished else broken_promises()
    for incompatible in broken:
        typer.echo(str(incompatible), err=True)
    if broken:
        raise typer.Exit(1)
    made = documents()
    stale = out_of_date(made)
    for path in stale:
        typer.echo(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
    if check:
        raise typer.Exit(1 if stale else 0)
    if unpublished:
        _remove_unreadable()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path])


def _remove_unreadable() -> None:
    """Schemas of types that nothing reads any more; those of versions that are upcast stay."""
    for type_name in set(committed_schemas()) - set(current_schemas()):
        if not codec().knows(type_name):
            path_of(type_name).unlink()
            typer.echo(f"removed: {type_name}")


def text(document: object) -> bytes:
    """A document as it is written: JSON to be read by people and compared line by line."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    app()
