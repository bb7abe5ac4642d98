"""A contract type for import-linter: these modules may import, of our own packages, only what is listed.

It reads the table of docs and design as data (pyproject.toml), tolerates files that a service does not have, and picks
up new services and new files by themselves.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

HOUSE = ("services", "shared", "deploy", "tests")


class AllowListContract(Contract):
    """`modules` and `except_modules` are patterns such as `services.*.api`, each with everything below it.

    In `may_import` a leading dot means the same service: `.commands`.
    """

    type_name = "allow_list"

    modules = fields.ListField(subfield=fields.StringField())
    except_modules = fields.ListField(subfield=fields.StringField(), required=False)
    may_import = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        """Kept when every direct import of a house module by a matching module is on the list."""
        found = sorted(
            (importer, imported)
            for importer in self._matching(graph)
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported.split(".")[0] in HOUSE and not self._allowed(importer, imported)
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} is not allowed to import {imported}")

    def _matching(self, graph: ImportGraph) -> Iterator[str]:
        for module in graph.modules:
            if _matches(module, self._list("modules")) and not _matches(module, self._list("except_modules")):
                yield module

    def _allowed(self, importer: str, imported: str) -> bool:
        service = ".".join(importer.split(".")[:2])
        own = ".".join(importer.split(".")[:3])
        allowed = [service + entry if entry.startswith(".") else entry for entry in self._list("may_import")]
        return _within(imported, own) or any(_within(imported, entry) for entry in allowed)

    def _list(self, field: str) -> list[str]:
        """A declared field as the plain list that import-linter puts in its place."""
        return [str(entry) for entry in getattr(self, field) or []]


def _matches(module: str, patterns: list[str]) -> bool:
    parts = module.split(".")
    prefixes = {pattern: ".".join(parts[: pattern.count(".") + 1]) for pattern in patterns}
    return any(len(parts) > p.count(".") and fnmatchcase(prefixes[p], p) for p in patterns)


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")
