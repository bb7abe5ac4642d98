"""The codes by which events, commands and routes speak of people: roles, offices, states, reasons, choices."""

import ast
from collections.abc import Iterator
from functools import cache
from inspect import isclass
from typing import Any, Literal, get_args, get_origin

from deploy.openapi import unconnected
from shared.contracts.base import SERVICES, Service, Value
from shared.contracts.catalogue import CATALOGUE
from shared.nodes import Status
from tests.architecture.tree import ROOT, parse, python_files
from tests.docs.asking import modules_of, states
from tests.docs.calls import module_of, text_in

_SHOWN_TO_OFFICERS_AND_DIRECTORS = {"Risk", "Next", "Choice"}


@cache
def codes() -> frozenset[str]:
    """All of them, but the names of the services, which are no people."""
    found = {*Status, *_reasons()}
    for service in SERVICES:
        found |= {*states(service)[0], *_of_models(service), *_shown(service)}
    return frozenset(found - set(SERVICES))


def _of_models(service: Service) -> Iterator[str]:
    """What the fields of events and commands may say, where that is a list."""
    commands = unconnected(service, lambda _, parts: [one for kind in parts.aggregates for one in kind.decisions])
    for model in (*CATALOGUE[service], *commands):
        yield from _listed(model)


def _listed(kind: Any) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from (value for value in get_args(kind) if isinstance(value, str))
    elif isclass(kind) and issubclass(kind, Value):
        for field in kind.model_fields.values():
            yield from _listed(field.annotation)
    else:
        for part in get_args(kind):
            yield from _listed(part)


def _shown(service: Service) -> Iterator[str]:
    for module in modules_of(service):
        for name in _SHOWN_TO_OFFICERS_AND_DIRECTORS & vars(module).keys():
            yield from _listed(vars(module)[name])


def _reasons() -> Iterator[str]:
    """Every `reason="…"` that a service gives by itself."""
    for path in python_files(ROOT / "services"):
        module = module_of(path)
        for given in (node for node in ast.walk(parse(path)) if isinstance(node, ast.keyword)):
            said = text_in(module, given.value) if given.arg == "reason" else None
            if said is not None:
                yield said
