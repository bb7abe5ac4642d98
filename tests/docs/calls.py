"""Which functions of the project use which names, read off the source: from an entry point to what it may construct.

A name leads through imports (also those inside functions, and those that a package hands on) to a function or class of
the project, a class to its methods, `self.act` to the method of the same class. Tables at the top of a module lead
nowhere: they name every command. So much has to be known to say which commands a route can ask, which events a decision
gives.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from tests.architecture.tree import ROOT, parse, python_files

Place: TypeAlias = tuple[str, str]
"""A module and the name of a function, a class or a method (`Class.method`) in it."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_ONLY_ASKS = frozenset({"acting"})
"""`acting(…, AcceptProposal, …)` asks whether an office may, and does nothing."""


@dataclass
class _Module:
    """What a module defines, the texts among its constants, and where the names that it imports come from."""

    defined: dict[str, ast.AST] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)


@cache
def _modules() -> dict[str, _Module]:
    found = {}
    for path in python_files(ROOT):
        relative = path.relative_to(ROOT)
        if relative.parts[0] in {"services", "shared", "deploy"}:
            found[module_of(path)] = _module(parse(path))
    return found


def module_of(path: Path) -> str:
    """The dotted name of the module in that file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _module(tree: ast.Module) -> _Module:
    module = _Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            module.imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    for top in tree.body:
        module.defined |= dict(_definitions(top))
        module.texts |= dict(_texts(top))
    return module


def _definitions(top: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(top, _Function):
        yield top.name, top
    elif isinstance(top, ast.ClassDef):
        yield top.name, ast.Pass()
        for method in top.body:
            if isinstance(method, _Function):
                yield f"{top.name}.{method.name}", method


def _texts(top: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names of constants that are texts: `NAME = "x"`, and `A, B = "x", "y"`."""
    if not isinstance(top, ast.Assign):
        return
    for target in top.targets:
        for name, value in zip(_parts(target), _parts(top.value), strict=False):
            if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield name.id, value.value


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def found_at(module: str, name: str) -> Place | None:
    """Where in the project a name of that module is defined; none: elsewhere, or nowhere."""
    known = _modules().get(module)
    while known is not None:
        if name in known.defined:
            return module, name
        if f"{module}.{name}" in _modules():
            return f"{module}.{name}", ""
        if name not in known.imported:
            return None
        module, name = known.imported[name]
        known = _modules().get(module)
    return None


def used_by(place: Place) -> set[Place]:
    """What the definition at `place` mentions itself."""
    module, name = place
    defined = _modules()[module].defined
    if isinstance(defined.get(name), ast.Pass):
        return {(module, method) for method in defined if method.startswith(f"{name}.")}
    return set(_uses(module, name.partition(".")[0], [defined[name]])) if name in defined else set()


def _uses(module: str, owner: str, nodes: Iterable[ast.AST]) -> Iterator[Place]:
    for node in (inner for outer in nodes for inner in _walk(outer)):
        if isinstance(node, ast.Name) and (found := found_at(module, node.id)):
            yield found
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "self" and f"{owner}.{node.attr}" in _modules()[module].defined:
                yield module, f"{owner}.{node.attr}"
            elif (of := found_at(module, node.value.id)) and of[1] == "" and (found := found_at(of[0], node.attr)):
                yield found


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Without annotations and patterns: what is only looked at is not made."""
    yield node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ONLY_ASKS:
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.pattern):
                yield from _walk(child)


def reached_from(place: Place) -> set[Place]:
    """Everything that `place` mentions, and what that mentions in turn."""
    seen: set[Place] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += used_by(here)
    return seen


def place_of(function: object) -> Place:
    """Where a function (a method, a nested one: then what it stands in) of the running program is written."""
    inner = getattr(function, "__func__", function)
    return inner.__module__, inner.__qualname__.partition(".<locals>")[0]  # type: ignore[attr-defined]


def sweeps(package: str) -> Iterator[tuple[str, set[Place]]]:
    """Each `every(seconds, name, turn, …)` of a package: its name, and all that a turn reaches."""
    for module, known in _modules().items():
        if module.startswith(f"{package}."):
            for name, node in known.defined.items():
                for called in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
                    if arguments := _of_every(called):
                        yield _name_of(module, arguments[1]), _turn(module, name, arguments[2])


def _name_of(module: str, node: ast.expr) -> str:
    found = text_in(module, node)
    if found is None:
        raise LookupError(f"{module}: the name of a sweep is no text that can be read off: {ast.unparse(node)}")
    return found


def _of_every(called: ast.Call) -> list[ast.expr] | None:
    """The arguments of `every(…)` or `partial(every, …)`."""
    for first, *rest in ([called.func, *called.args], called.args or [called.func]):
        if isinstance(first, ast.Name) and first.id == "every":
            return rest
    return None


def text_in(module: str, node: ast.expr) -> str | None:
    """The text that an expression is, by itself or as the name of a constant."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.Name):
        return None
    where, name = _modules()[module].imported.get(node.id, (module, node.id))
    return _modules()[where].texts.get(name) if where in _modules() else None


def _turn(module: str, name: str, turn: ast.expr) -> set[Place]:
    """What the turn mentions; where it is a name of its function's own, what that function mentions."""
    mentioned = set(_uses(module, name.partition(".")[0], [turn])) or used_by((module, name))
    return set().union(*(reached_from(place) for place in mentioned))
