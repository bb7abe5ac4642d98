"""A service of the running installation on another day: its own database and keys, and a clock that is ahead.

What it commits reaches Kafka, and so everybody, as everything does. It looks at one person at a time: a sweep of all
would find everybody else's deadlines passed as well.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import httpx

from deploy.connections import build_of, installation_settings
from deploy.local.stack import LocalStack
from services.registration.api.desk import Desk
from services.registration.app import TEMPLATES
from services.registration.app.housekeeping import expire_draft
from services.registration.app.inactivity import review
from services.registration.mongo import Access, Accounts
from services.registration.queries import Schools
from services.registration.teacher import TEACHER
from services.validation.app.sweeping import DEADLINES_S, CaseSweeps
from shared.contracts.base import Service
from shared.contracts.calendar import years_after
from shared.hosting.host import Host, open_host
from shared.hosting.http import application
from shared.identity.passwords import Passwords
from shared.private_records.erasure import Erasure
from shared.web.pages import Pages


def today() -> date:
    return datetime.now(UTC).date()


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def in_years(years: int, days: int = 0) -> datetime:
    """Noon of the day that is calendar years, and some days, after today (FAQ L25)."""
    day = years_after(today(), years) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@asynccontextmanager
async def at(stack: LocalStack, service: Service, now: datetime) -> AsyncIterator[Host]:
    """The service as it is on that day."""
    async with open_host(service, installation_settings(stack.settings), clock=lambda: now) as host:
        yield host


@asynccontextmanager
async def asked_at(stack: LocalStack, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """Registration's routes on that day."""
    async with at(stack, "registration", now) as host:
        transport = httpx.ASGITransport(application(host, build_of("registration")(host)))
        async with httpx.AsyncClient(transport=transport, base_url=stack.settings.front_door) as http:
            yield http


async def sweep_teacher(stack: LocalStack, teacher: str, now: datetime, last_access: date | None = None) -> None:
    """What the sweep of inactivity does with a teacher on that day."""
    async with at(stack, "registration", now) as host:
        access = Access(teacher, last_access or today())
        await review(host, Accounts(host.database, host.clock), access)


async def sweep_draft(stack: LocalStack, email: str, now: datetime) -> datetime | None:
    """What the sweep of drafts does on that day with a registration that nobody finished; when it will end."""
    async with at(stack, "registration", now) as host:
        stream = await host.claims.holder(email)
        assert stream is not None
        accounts = Accounts(host.database, host.clock)

        async def release(person: str) -> None:
            await host.claims.release(TEACHER.stream(person))

        erasure = Erasure(host.database, (host.records.forget, accounts.forget, release))
        pages = Pages("registration", (TEMPLATES,))
        desk = Desk(host, accounts, Passwords(), Schools(host), pages, erasure)
        return await expire_draft(desk, stream.partition("-")[2])


async def sweep_cases(stack: LocalStack, country: str, now: datetime) -> None:
    """One turn of the deadlines of one country's cases."""
    async with at(stack, "validation", now) as host:
        host.nodes = host.nodes.model_copy(update={"countries": (host.nodes.country(country),)})
        host.heartbeats.register("case_deadlines", within_seconds=DEADLINES_S)
        await CaseSweeps(host).deadlines()


async def follow_schools(stack: LocalStack) -> None:
    """One turn now of what else comes within seconds: open cases follow their schools and teachers."""
    async with at(stack, "validation", datetime.now(UTC)) as host:
        await CaseSweeps(host).follow()
