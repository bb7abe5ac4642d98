"""The database on one machine: the first server that exists, always with durable commits.

1. `ETWINNING_MONGO_URL`: any MongoDB 7 or later with a replica set; nothing is started.
2. `mongod` on the PATH, as a replica set of one.
3. `secantusd-rs`, 4. `secantusd-py`: SecantusDB, a separate program (GPL-2), never imported.

Without `--sync-on-commit` SecantusDB lost 349 of 33,721 acknowledged inserts under kill -9; with it none of 46,000.
"""

import shutil
import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.errors import Unable
from deploy.local.process import Program
from deploy.local.settings import HOST, LocalSettings

SERVERS = ("mongod", "secantusd-rs", "secantusd-py")
_ALREADY_INITIALIZED = 23


def executable(server: str) -> str | None:
    """Where a server is installed: in this environment or on the PATH; None if it is not."""
    beside = Path(sys.executable).parent / server
    return str(beside) if beside.exists() else shutil.which(server)


def choose(folder: Path) -> tuple[str, str]:
    """The server to start and its path. A folder that already holds data keeps the server that wrote it."""
    written = [server for server in SERVERS if (folder / server).exists()]
    for server in written or SERVERS:
        if path := executable(server):
            return server, path
    if written:
        raise Unable(f"The data in {folder} was written by {written[0]}, which is not installed: install it again.")
    raise Unable("No database server was found: run `make setup`, or set ETWINNING_MONGO_URL to a MongoDB replica set.")


def program(settings: LocalSettings) -> Program:
    """The database server as a child process."""
    folder = settings.home / "database"
    server, path = choose(folder)
    port = settings.port("mongo")

    def ready() -> bool:
        return answers(settings.database_url, initiate=server == "mongod", port=port)

    def prepare_folder() -> None:
        (folder / server).mkdir(parents=True, exist_ok=True)
        (folder / "secantusd.toml").touch()

    return Program("database", command(server, path, folder, port), ready, before=prepare_folder)


def command(server: str, path: str, folder: Path, port: int) -> tuple[str, ...]:
    """The command line of a server; data goes to `folder/<server>`."""
    data, where = str(folder / server), ("--port", str(port))
    if server == "mongod":
        return (path, "--replSet", "etwinning", "--bind_ip", HOST, *where, "--dbpath", data)
    # An own, empty configuration: without `--config` the server would pick one up from the user's folders.
    config = ("--config", str(folder / "secantusd.toml"))
    durable = ("--sync-on-commit", "--cache-size", "256M")
    return (path, *config, "--host", HOST, *where, "--storage-path", data, *durable)


def answers(url: str, *, initiate: bool = False, port: int = 0) -> bool:
    """Whether the server is a writable primary. With `initiate`, a new mongod is first made a replica set of one.

    Raises pymongo's OperationFailure: the server refused, for example a wrong password.
    """
    try:
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=500, connectTimeoutMS=500) as client:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            if initiate:
                member = {"_id": 0, "host": f"{HOST}:{port}"}
                client.admin.command("replSetInitiate", {"_id": "etwinning", "members": [member]})
    except OperationFailure as refusal:
        if refusal.code != _ALREADY_INITIALIZED:
            raise
    except PyMongoError:
        pass
    return False


def require_answer(url: str) -> None:
    """Raises Unable if the database of the settings does not answer (its address may hold a password: not shown)."""
    try:
        there = answers(url)
    except OperationFailure as refusal:
        raise Unable(
            f"The database of ETWINNING_MONGO_URL refuses (code {refusal.code}): correct the setting."
        ) from None
    if not there:
        raise Unable(
            "The database of ETWINNING_MONGO_URL does not answer as the primary of a replica set: start it, or correct"
            " the setting."
        )
