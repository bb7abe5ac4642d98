"""Where the local stack lives and which ports it takes; everything else follows from these few values."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
SERVICES = ("registration", "validation", "projects", "recognition", "notifications")

# `directConnection`: the local servers advertise a host name of their own. `retryWrites=false`: the event store settles
# unknown outcomes itself, and the local Python server slows down twentyfold with it.
MONGO_OPTIONS = "directConnection=true&retryWrites=false&w=majority&journal=true"


class LocalSettings(BaseSettings):
    """Settings of one local stack (prefix ETWINNING_). Two stacks need two folders and two port bases 100 apart."""

    model_config = SettingsConfigDict(env_prefix="ETWINNING_", frozen=True, extra="forbid")

    home: Path = CHECKOUT / ".etwinning"
    port_base: int = Field(default=8400, ge=1024, le=65400)
    shards: int = Field(default=4, ge=1, le=1024)
    origin: str = Field(default="local", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    mongo_url: str | None = None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    def port(self, name: str) -> int:
        """The port of one part of the stack."""
        return self.port_base + OFFSETS[name]

    @property
    def front_door(self) -> str:
        """The one address that people use."""
        return f"http://{HOST}:{self.port_base}"

    @property
    def kafka(self) -> str:
        """Bootstrap address of the broker."""
        return f"{HOST}:{self.port('kafka')}"

    @property
    def smtp(self) -> str:
        """Address of the mail server, host:port."""
        return f"{HOST}:{self.port('smtp')}"

    @property
    def mail_url(self) -> str:
        """Where received mail can be read."""
        return f"http://{HOST}:{self.port('mail')}/mail"

    @property
    def database_url(self) -> str:
        """The connection string that every process uses."""
        return self.mongo_url or f"mongodb://{HOST}:{self.port('mongo')}/?{MONGO_OPTIONS}"

    @property
    def keys(self) -> Path:
        """Folder of the signing keys of this installation."""
        return self.home / "keys"

    @property
    def logs(self) -> Path:
        """Folder of one log file per process."""
        return self.home / "logs"

    def service_url(self, service: str) -> str:
        """The address of one service behind the front door."""
        return f"http://{HOST}:{self.port(service)}"

    def environment(self) -> dict[str, str]:
        """The ETWINNING_ settings that a process of this stack is started with (its port apart)."""
        return {
            "ETWINNING_HOME": str(self.home),
            "ETWINNING_MONGO_URL": self.database_url,
            "ETWINNING_KAFKA": self.kafka,
            "ETWINNING_SMTP": self.smtp,
            "ETWINNING_PUBLIC_URL": self.front_door,
            "ETWINNING_ORIGIN": self.origin,
            "ETWINNING_SHARDS": str(self.shards),
            "ETWINNING_KEYS": str(self.keys),
            # Everybody on one machine comes from one address: limits by client would take them for one attacker.
            "ETWINNING_RATE_LIMITS": "false",
            "ETWINNING_SERVICES": ",".join(f"{name}={self.service_url(name)}" for name in SERVICES),
        }


OFFSETS = {
    "front door": 0,
    **{service: number for number, service in enumerate(SERVICES, start=1)},
    "kafka": 20,
    "controller": 21,
    "mongo": 30,
    "smtp": 40,
    "mail": 41,
}
