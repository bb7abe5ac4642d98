"""What the code says of a service: who asks each command, which events it gives, which states there are."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import typer
from fastapi.routing import APIRoute

from deploy.cli import app
from deploy.openapi import unconnected
from shared.contracts.base import Command, Event, Service
from shared.contracts.catalogue import CATALOGUE
from shared.hosting.parts import Parts
from shared.nodes import Policy, load_nodes
from tests.architecture.tree import ROOT, parse
from tests.docs.calls import Place, place_of, reached_from, sweeps

_STATES = {"Status", "Standing", "Stage", "Decision"}
_NOTHING_YET = {"unknown", "none"}
_LINES_OF_THE_FAQ = 41
_SOURCE = re.compile(r"\bL\d+(?:[-–]\d+)?|(?<!design )§\d+(?:\.\d+)?(?:[-–]\d+)?")


@dataclass
class Asked:
    """One command: `by` routes (`POST /x/{}`), events, sweeps, roles and `etwinning …`; and what comes of it."""

    by: set[str]
    events: set[str]
    sources: set[str]


@cache
def commands(service: Service) -> Mapping[str, Asked]:
    """Every command of the service that an aggregate decides."""
    return unconnected(service, lambda _, parts: _commands(service, parts))


@cache
def states(service: Service) -> tuple[frozenset[str], frozenset[str]]:
    """The states that the service enumerates, and what else its aggregates know, which a diagram may name."""
    return unconnected(service, lambda _, parts: (_enumerated(service), _known(parts)))


def _commands(service: Service, parts: Parts) -> Mapping[str, Asked]:
    found: dict[Place, Asked] = {}
    for aggregate in parts.aggregates:
        for command, decision in aggregate.decisions.items():
            asked = found.setdefault((command.__module__, command.__name__), Asked(set(), set(), set()))
            events = {event for event in CATALOGUE[service] if _place(event) in reached_from(place_of(decision))}
            asked.events |= {event.__name__ for event in events}
            asked.sources |= {source for one in (command, decision, *events) for source in sources_in(one)}
    for name, reached in _askers(service, parts):
        for place in reached & found.keys():
            found[place].by.add(name)
    return {name: asked for (_, name), asked in found.items()}


def _place(of: type[Event] | type[Command]) -> Place:
    return of.__module__, of.__name__


def sources_in(of: object) -> set[str]:
    """Lines of the FAQ (`L19`, `L8-9`) and chapters of the rules (`§4.1`) that a text, or what it documents, names."""
    text = of if isinstance(of, str) else of.__doc__ or ""
    return {found.replace("–", "-") for found in _SOURCE.findall(text)}


def is_there(source: str) -> bool:
    """Whether the FAQ has that line, or the rules that chapter."""
    if source.startswith("L"):
        return all(1 <= int(line) <= _LINES_OF_THE_FAQ for line in re.findall(r"\d+", source))
    chapter, _, cases = source[1:].partition(".")
    rules = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    below = rules.partition(f"\n## {chapter}. ")[2].partition("\n## ")[0]
    return bool(below) and all(f"\n{case}. " in below for case in re.findall(r"\d+", cases))


def _askers(service: Service, parts: Parts) -> Iterator[tuple[str, set[Place]]]:
    for route in (one for router in parts.routers for one in router.routes if isinstance(one, APIRoute)):
        for method in route.methods or ():
            yield f"{method} {normal(route.path)}", reached_from(place_of(route.endpoint))
    for event, reactions in parts.reactions.items():
        for reaction in reactions:
            yield event.__name__, reached_from(place_of(reaction))
    for role, loop in parts.loops.items():
        if role not in {"api", "deadlines"}:
            yield role, reached_from(place_of(loop))
    yield from sweeps(f"services.{service}")
    for name, callback in subcommands():
        yield f"etwinning {name}", reached_from(place_of(callback))


def normal(path: str) -> str:
    """A path without the names of its parts: `/projects/{}/accept`."""
    return re.sub(r"{[^}]*}", "{}", path)


@cache
def subcommands() -> tuple[tuple[str, Any], ...]:
    """Each subcommand of `etwinning` by its whole name, with its function."""
    return tuple(_leaves((), typer.main.get_command(app)))


def _leaves(path: tuple[str, ...], command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "list_commands"):
        yield " ".join(path), command.callback
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from _leaves((*path, name), command.get_command(context, name))


def _enumerated(service: Service) -> frozenset[str]:
    """The values of what the service's own modules call a status or a standing; of a case also its decisions."""
    found: set[str] = set()
    for module in modules_of(service):
        for name in _STATES & vars(module).keys():
            found |= set(_values(vars(module)[name], module.__name__, f"services.{service}"))
    return frozenset(found - _NOTHING_YET)


def modules_of(service: Service) -> Iterator[ModuleType]:
    """Every module of a service."""
    package = import_module(f"services.{service}")
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(info.name)


def _values(of: Any, module: str, package: str) -> Iterable[str]:
    """Those of other packages, and what a page shows instead, are no states of the service."""
    if get_origin(of) is Literal and not module.endswith(".pages"):
        return map(str, get_args(of))
    own = isinstance(of, type) and issubclass(of, StrEnum) and of.__module__.startswith(package)
    return map(str, of) if own else ()


def _known(parts: Parts) -> frozenset[str]:
    """The fields and properties of the aggregates' states: `confirmed`, `qualified`."""
    found: set[str] = set()
    for aggregate in parts.aggregates:
        state = type(aggregate.initial)
        found |= {one.name for one in fields(state)} if is_dataclass(state) else set()
        found |= {name for name, value in vars(state).items() if isinstance(value, property)}
    return frozenset(found)


def policies(service: Service) -> list[Policy]:
    """The policies that the service looks up: those of each kind that it asks `nodes.policy` for."""
    kinds = {kind for path in (ROOT / "services" / service).rglob("*.py") for kind in _kinds(parse(path))}
    return [policy for policy in load_nodes().policies if policy.kind in kinds]


def _kinds(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        asks = isinstance(call.func, ast.Attribute) and call.func.attr == "policy" and len(call.args) > 1
        if asks and isinstance(call.args[1], ast.Constant):
            yield str(call.args[1].value)
