"""`etwinning run`."""

import asyncio
import os
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.errors import Unable

if TYPE_CHECKING:
    from shared.contracts.base import Service
    from shared.hosting.settings import Settings


def run(
    service: Annotated[str, typer.Argument(help="registration, validation, projects, recognition or notifications.")],
    role: Annotated[
        list[str], typer.Option(help="api, relay, reactions, views, deadlines, sender or all; may be repeated.")
    ],
) -> None:
    """Run roles of one service in this process, until SIGTERM.

    Every role scales by itself: start it as often as is needed, on as many machines as there are. All settings come
    from the environment (ETWINNING_MONGO_URL, ETWINNING_KAFKA, …); a missing one is named.

    Example: etwinning run recognition --role reactions --role views
    """
    from deploy.connections import checked_settings, service_named

    name = service_named(service)
    _run(name, role, checked_settings(os.environ))


def _run(service: "Service", roles: list[str], settings: "Settings") -> None:
    from deploy.connections import build_of
    from shared.event_store.installation import NotPrepared
    from shared.hosting.process import PortTaken, UnknownRole, roles_of
    from shared.hosting.process import run as run_process
    from shared.identity.keys import KeyUnusable
    from shared.mongo import PyMongoError

    try:
        asyncio.run(run_process(service, build_of(service), roles_of(roles), settings))
    except (UnknownRole, NotPrepared, KeyUnusable) as fault:
        raise Unable(f"{fault}.") from None
    except PyMongoError as error:
        raise Unable(
            f"The database does not answer ({type(error).__name__}): is it up, and is ETWINNING_MONGO_URL its address?"
        ) from None
    except BaseExceptionGroup as failures:
        if failures.subgroup(PortTaken):
            raise Unable(f"Port {settings.web.port} is taken: set ETWINNING_PORT to a free one.") from None
        raise
