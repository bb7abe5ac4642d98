"""The OpenAPI document of a service, read off the application that the service itself builds; nothing is connected."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx

from shared.contracts.base import SERVICES, Service
from shared.event_store.store import Installation
from shared.hosting.host import CLAIM_KEY, Host, assemble
from shared.hosting.http import application
from shared.hosting.parts import Parts
from shared.hosting.settings import Settings, load_settings
from shared.identity.keys import create_keys, create_secret
from shared.mongo import connect

# Nobody listens there, and nobody is asked: the application is built, not run.
_NOWHERE = "127.0.0.1:9"
_SHARDS = 4

Answer = TypeVar("Answer")


def openapi_of(service: Service) -> dict[str, Any]:
    """What the service's routes say about themselves."""

    def document(host: Host, parts: Parts) -> dict[str, Any]:
        return application(host, parts).openapi()

    return unconnected(service, document)


def unconnected(service: Service, ask: Callable[[Host, Parts], Answer]) -> Answer:
    """What `ask` answers about the service as it is built, with nothing to talk to."""
    with TemporaryDirectory(prefix="etwinning-documents-") as folder:
        return asyncio.run(_asked(service, _settings(Path(folder)), ask))


def _settings(folder: Path) -> Settings:
    """Keys that exist for as long as the document is made, and addresses that lead nowhere."""
    create_keys(folder, SERVICES)
    create_secret(folder, CLAIM_KEY)
    return load_settings(
        {
            "ETWINNING_MONGO_URL": f"mongodb://{_NOWHERE}/",
            "ETWINNING_KAFKA": _NOWHERE,
            "ETWINNING_PUBLIC_URL": f"http://{_NOWHERE}",
            "ETWINNING_PORT": _NOWHERE.rpartition(":")[2],
            "ETWINNING_SERVICES": ",".join(f"{service}=http://{_NOWHERE}" for service in SERVICES),
            "ETWINNING_KEYS": str(folder),
            "ETWINNING_SMTP": _NOWHERE,
        }
    )


async def _asked(service: Service, settings: Settings, ask: Callable[[Host, Parts], Answer]) -> Answer:
    client = connect(settings.stores.mongo_url, connect=False)
    installation = Installation(service, settings.installation.origin, "documents", _SHARDS)
    try:
        async with httpx.AsyncClient() as http:
            host = assemble(settings, client, installation, http)
            parts: Parts = import_module(f"services.{service}.app").build(host)
            return ask(host, parts)
    finally:
        client.close()
