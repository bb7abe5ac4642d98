"""Passwords: Argon2id with the chosen parameters, in a pool that does not grow without bound."""

import asyncio
from collections.abc import Iterator

import pytest

from shared.identity.passwords import Passwords, PasswordsBusy


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(threads=1, waiting=1)
    yield made
    made.close()


async def test_a_hash_verifies_its_own_password_alone(passwords: Passwords) -> None:
    encoded = await passwords.hash("correct horse")
    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(encoded, "correct horse")
    assert not await passwords.verify(encoded, "correct house")
    assert not passwords.outdated(encoded)


async def test_an_unknown_address_never_verifies(passwords: Passwords) -> None:
    assert not await passwords.verify_dummy("")
    assert not await passwords.verify_dummy("correct horse")


async def test_a_broken_hash_never_verifies(passwords: Passwords) -> None:
    assert not await passwords.verify("not a hash", "correct horse")


async def test_too_many_waiting_are_turned_away_and_later_ones_are_served(passwords: Passwords) -> None:
    done = await asyncio.gather(*(passwords.hash("correct horse") for _ in range(5)), return_exceptions=True)
    assert [isinstance(one, PasswordsBusy) for one in done] == [False, False, True, True, True]
    assert await passwords.hash("correct horse")
