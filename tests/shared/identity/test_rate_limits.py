"""Rate limits: one client or one address cannot wear out the others."""

import pytest
from fastapi import Request

from shared.identity.rate_limits import RateLimited, RateLimits, client_network, per_client


class Application:
    def __init__(self, rate_limits: RateLimits) -> None:
        self.state = self
        self.rate_limits = rate_limits


def request_from(host: str, rate_limits: RateLimits) -> Request:
    scope = {"type": "http", "client": (host, 1), "app": Application(rate_limits), "headers": []}
    return Request(scope)


async def test_one_too_many_is_told_when_to_come_back() -> None:
    limits, limited = RateLimits(), per_client("sign-in", "2/hour")
    for _ in range(2):
        await limited(request_from("192.0.2.1", limits))
    with pytest.raises(RateLimited) as caught:
        await limited(request_from("192.0.2.1", limits))
    assert 1 <= caught.value.retry_after <= 3600


async def test_neither_another_client_nor_another_route_is_limited() -> None:
    limits = RateLimits()
    await per_client("sign-in", "1/hour")(request_from("192.0.2.1", limits))
    await per_client("sign-in", "1/hour")(request_from("192.0.2.2", limits))
    await per_client("recovery", "1/hour")(request_from("192.0.2.1", limits))


async def test_an_address_is_limited_wherever_it_is_asked_from() -> None:
    limits = RateLimits()
    await limits.check_address("recovery", "1/hour", "ana@school.example")
    await limits.check_address("recovery", "1/hour", "eva@school.example")
    with pytest.raises(RateLimited):
        await limits.check_address("recovery", "1/hour", "ana@school.example")


async def test_a_limit_switched_off_limits_nobody() -> None:
    limits = RateLimits(enabled=False)
    for _ in range(3):
        await per_client("sign-in", "1/hour")(request_from("192.0.2.1", limits))


def test_a_household_of_ipv6_addresses_is_one_client() -> None:
    limits = RateLimits()
    one, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"
    assert client_network(request_from(one, limits)) == client_network(request_from(other, limits))
    assert client_network(request_from(one, limits)) != client_network(request_from("2001:db8:1:3::1", limits))


def test_a_storage_that_blocks_the_loop_is_refused() -> None:
    with pytest.raises(TypeError, match="asynchronous"):
        RateLimits("memory://")
