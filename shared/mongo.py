"""The one module that imports motor: everything else names databases, collections and errors from here.

Motor's life ended on 2026-05-14 (critical fixes to 2027-05-14); `docs/decisions/` says how to leave it.
Moving to PyMongo's own async client means changing this file.
"""

from typing import Any, TypeAlias, cast

from motor.motor_asyncio import (
    AsyncIOMotorChangeStream,
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import IndexModel, InsertOne, ReadPreference, ReplaceOne, UpdateOne, WriteConcern
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncIOMotorClient[Document]
Database: TypeAlias = AsyncIOMotorDatabase[Document]
Collection: TypeAlias = AsyncIOMotorCollection[Document]
ClientSession: TypeAlias = AsyncIOMotorClientSession
ChangeStream: TypeAlias = AsyncIOMotorChangeStream[Document]

DURABLE = WriteConcern(w="majority", j=True, wtimeout=10_000)
MAJORITY = ReadConcern("majority")

__all__ = [
    "DURABLE",
    "MAJORITY",
    "BulkWriteError",
    "ChangeStream",
    "Client",
    "ClientSession",
    "Collection",
    "Database",
    "Document",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "OperationFailure",
    "PyMongoError",
    "ReplaceOne",
    "UpdateOne",
    "connect",
    "database",
    "durable",
    "is_alive",
]


def connect(url: str, *, timeout_ms: int = 10_000, **options: Any) -> Client:
    """A client whose every operation ends within `timeout_ms`; `url` should carry `retryWrites=false` (design §5.8)."""
    return AsyncIOMotorClient(
        url,
        tz_aware=True,
        retryWrites=False,
        serverSelectionTimeoutMS=timeout_ms,
        connectTimeoutMS=timeout_ms,
        socketTimeoutMS=timeout_ms,
        uuidRepresentation="standard",
        **options,
    )


def database(client: Client, name: str) -> Database:
    """A database whose writes a majority journals, and whose reads a majority keeps, from the primary."""
    return client.get_database(
        name, write_concern=DURABLE, read_concern=MAJORITY, read_preference=ReadPreference.PRIMARY
    )


def is_alive(changes: ChangeStream) -> bool:
    """Whether a stream of changes goes on. (Motor's stubs take the property for a method.)"""
    return cast(bool, changes.alive)


def durable(source: Database, name: str) -> Collection:
    """A collection of `source` with the concerns that decide anything (w: majority, j: true, read: majority)."""
    return source.get_collection(
        name, write_concern=DURABLE, read_concern=MAJORITY, read_preference=ReadPreference.PRIMARY
    )
