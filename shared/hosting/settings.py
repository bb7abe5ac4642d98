"""Settings from the environment, prefix `ETWINNING_`, one small class a concern; a missing or unknown one fails."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "ETWINNING_"
# Read by the launcher, the failpoints and the tests, not by a service.
FOREIGN = frozenset({"HOME", "PORT_BASE", "FAILPOINT", "FAILPOINT_LOG", "TRACEBACK"})


class SettingsFault(Exception):
    """A setting is missing, unknown or wrong; the message names it."""


class _Concern(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")


class Installation(_Concern):
    """Which installation this is, and its number of shards, both fixed for its life."""

    origin: str = Field(default="local", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    shards: int = Field(default=4, ge=1, le=1024)


class Stores(_Concern):
    """Where commits live and where events go."""

    mongo_url: str
    database_prefix: str = Field(default="etwinning_", pattern=r"^[a-z0-9_]{1,30}$")
    kafka: str


class Web(_Concern):
    """The address people see, this process's port, and where each service is."""

    public_url: str
    port: int = Field(ge=1, le=65535)
    services: str = Field(description="registration=http://127.0.0.1:8401,validation=…")
    tls: bool = False
    listen_everywhere: bool = False
    rate_limits: bool = True

    def service_urls(self) -> Mapping[str, str]:
        """Service name to base URL."""
        pairs = (entry.partition("=") for entry in self.services.split(",") if entry)
        return {name.strip(): url.strip().rstrip("/") for name, _, url in pairs}


class Keys(_Concern):
    """The folder of keys: this service's private key and everybody's public ones."""

    keys: Path


class Mail(_Concern):
    """The mail server, `host:port`, and the address that mails come from."""

    smtp: str = Field(pattern=r"^[^:]+:[0-9]+$")
    mail_from: str = "eTwinning <no-reply@etwinning.example>"


class Logging(_Concern):
    log_level: str = Field(default="INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")


@dataclass(frozen=True)
class Settings:
    """Everything that a service process needs to know."""

    installation: Installation
    stores: Stores
    web: Web
    keys: Keys
    mail: Mail
    logging: Logging


_CONCERNS: tuple[type[_Concern], ...] = (Installation, Stores, Web, Keys, Mail, Logging)
C = TypeVar("C", bound=_Concern)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads every concern.

    Raises:
        SettingsFault: names each setting that is missing, unknown or wrong.
    """
    known = {name.upper() for concern in _CONCERNS for name in concern.model_fields} | FOREIGN
    names = {name for name in (environment or os.environ) if name.startswith(PREFIX)}
    unknown = sorted(name for name in names if name.removeprefix(PREFIX) not in known)
    if unknown:
        raise SettingsFault(f"unknown setting: {', '.join(unknown)}")
    return Settings(
        installation=_read(Installation, environment),
        stores=_read(Stores, environment),
        web=_read(Web, environment),
        keys=_read(Keys, environment),
        mail=_read(Mail, environment),
        logging=_read(Logging, environment),
    )


def _read(concern: type[C], environment: Mapping[str, str] | None) -> C:
    try:
        if environment is None:
            return concern()
        given = {
            name: environment[PREFIX + name.upper()]
            for name in concern.model_fields
            if PREFIX + name.upper() in environment
        }
        return concern.model_validate(given)
    except ValidationError as error:
        faults = [f"{PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise SettingsFault("; ".join(faults)) from None
