"""The `etwinning` command.

A subcommand is a function or a `typer.Typer` in a module of its own under `deploy/commands/`, named in `COMMANDS` and
imported only when it is called: `etwinning --help` imports none of them.

Exit codes: 0 done; 1 the answer is no (a check found something); 2 wrong usage; 3 something outside is missing or in
the way, as said; 70 a defect of the program; 130 interrupted.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from deploy.errors import Unable

UNABLE, DEFECT, INTERRUPTED = 3, 70, 130


@dataclass(frozen=True)
class Subcommand:
    """Where a subcommand lives: `module:attribute`, the attribute being a function or a `typer.Typer`."""

    target: str
    help: str
    group: str


COMMANDS: dict[str, Subcommand] = {
    "up": Subcommand("deploy.commands.up:up", "Start everything on this machine.", "Run"),
    "run": Subcommand("deploy.commands.run:run", "Run roles of one service.", "Run"),
    "story": Subcommand("deploy.commands.story:story", "Play the whole programme against the running stack.", "Run"),
    "schools": Subcommand("deploy.commands.schools:schools", "Import schools.", "Administer"),
    "office": Subcommand("deploy.commands.office:office", "Appoint the first officer.", "Administer"),
    "topics": Subcommand("deploy.commands.topics:topics", "Create and show Kafka topics.", "Operate"),
    "streams": Subcommand("deploy.commands.streams:streams", "Show the history of one thing in words.", "Operate"),
    "cases": Subcommand("deploy.commands.cases:cases", "List open cases, show one.", "Operate"),
    "parked": Subcommand("deploy.commands.parked:parked", "List, show, retry or discard parked streams.", "Operate"),
    "views": Subcommand("deploy.commands.views:views", "Rebuild a view beside the live one.", "Operate"),
    "lag": Subcommand("deploy.commands.lag:lag", "Show what is stuck, since when, whose.", "Operate"),
    "verify": Subcommand("deploy.commands.verify:verify", "Check every chain, block, position and record.", "Audit"),
}


class LazyCommands(TyperGroup):
    """Imports a subcommand when it is called; the list of all of them comes from `COMMANDS`."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click's signature
        """The command of that name; for the overview only its name and its line of help."""
        known = COMMANDS.get(cmd_name)
        if known is None:
            return None
        if self.listing:
            return TyperCommand(cmd_name, help=known.help, rich_help_panel=known.group)
        return _load(cmd_name, known)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The overview, made without importing the subcommands."""
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False


def _load(name: str, known: Subcommand) -> Any:
    module, _, attribute = known.target.partition(":")
    found: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name, rich_help_panel=known.group)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="eTwinning's event-driven platform.",
    epilog="Example: etwinning up",
)


@app.callback()
def _etwinning() -> None:
    """eTwinning's event-driven platform."""


def _sentence(error: ValidationError) -> str:
    """Names the settings that are missing or wrong; their values stay out of it, some are secret."""
    problems = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
    return f"A setting is missing or wrong ({error.title}): {problems}."


def main() -> None:
    """Entry point: every failure ends as one sentence and an exit code."""
    try:
        app()
    except Unable as problem:
        _end(str(problem), UNABLE)
    except ValidationError as problem:
        _end(_sentence(problem), UNABLE)
    except KeyboardInterrupt:
        _end("Interrupted.", INTERRUPTED)
    except Exception as defect:
        if os.environ.get("ETWINNING_TRACEBACK"):
            raise
        _end(f"Defect ({type(defect).__name__}). Set ETWINNING_TRACEBACK=1 to see where.", DEFECT)


def _end(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
