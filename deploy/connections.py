"""How a command finds the installation: the settings of the environment, else those of this checkout's local stack."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module

from aiokafka.errors import KafkaError

from deploy.errors import Unable
from deploy.local.settings import LocalSettings
from shared.contracts.base import SERVICES, Service
from shared.event_store.installation import NotPrepared
from shared.hosting.host import Host, open_host
from shared.hosting.process import Build
from shared.hosting.settings import Settings, SettingsFault, load_settings
from shared.identity.keys import KeyUnusable
from shared.mongo import PyMongoError
from shared.views.live import ViewNotReady


def build_of(service: Service) -> Build:
    """The `build` of a service's `app.py`, imported only when it is needed."""
    build: Build = import_module(f"services.{service}.app").build
    return build


def service_named(name: str) -> Service:
    """The service of that name.

    Raises:
        Unable: there is none.
    """
    for service in SERVICES:
        if service == name:
            return service
    raise Unable(f"There is no service {name!r}: choose of {', '.join(SERVICES)}.")


def installation_settings(local: LocalSettings | None = None) -> Settings:
    """Settings for a command that is no service: the environment wins over the local stack's.

    Raises:
        Unable: a setting is missing, unknown or wrong.
    """
    stack = local or LocalSettings()
    # Those of the tests (which database, how many examples) steer tests, not services.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ETWINNING_TEST_")}
    environment: Mapping[str, str] = {"ETWINNING_PORT": "1", **stack.environment(), **outside}
    return checked_settings(environment)


def checked_settings(environment: Mapping[str, str]) -> Settings:
    """The settings, or one sentence.

    Raises:
        Unable: a setting is missing, unknown or wrong.
    """
    try:
        return load_settings(environment)
    except SettingsFault as fault:
        raise Unable(f"The settings are not complete: {fault}.") from None


@asynccontextmanager
async def opened(service: Service, settings: Settings) -> AsyncIterator[Host]:
    """One service's host, for a command.

    Raises:
        Unable: the database does not answer or was never prepared, a key is missing, or a view waits for its rebuild.
    """
    try:
        async with open_host(service, settings) as host:
            yield host
    except NotPrepared as fault:
        raise Unable(f"{str(fault).capitalize()}.") from None
    except KeyUnusable as fault:
        raise Unable(f"{fault}: run `etwinning up` first, or set ETWINNING_KEYS.") from None
    except ViewNotReady as fault:
        raise Unable(
            f"The view {service} {fault.data['view']} is {fault.data['readiness']}: run `etwinning views rebuild"
            " --outdated` while the services run, then try again."
        ) from None
    except PyMongoError as error:
        raise Unable(
            f"The database does not answer ({type(error).__name__}): is the stack up? Start it with `make up`."
        ) from None


@contextmanager
def kafka_asked(bootstrap: str) -> Iterator[None]:
    """What a command asks of Kafka itself.

    Raises:
        Unable: it does not answer.
    """
    try:
        yield
    except KafkaError as error:
        raise Unable(
            f"Kafka at {bootstrap} does not answer ({type(error).__name__}): is the stack up? Start it with `make up`."
        ) from None
