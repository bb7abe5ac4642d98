"""A database and a handler of their own for each test."""

from tests.shared.event_store.conftest import handler, own_database, store

__all__ = ["handler", "own_database", "store"]
