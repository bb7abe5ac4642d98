"""`etwinning office`."""

import asyncio
from typing import Annotated, get_args

import typer

office = typer.Typer(help="Appoint the first officers.", no_args_is_help=True, add_completion=False)


@office.callback()
def _office() -> None:
    """Appoint the first officers."""


@office.command()
def appoint(
    email: Annotated[str, typer.Option(help="The address that the offer is mailed to.")],
    kind: Annotated[
        str, typer.Option(help="central_support_officer, operator or auditor.")
    ] = "central_support_officer",
    locale: Annotated[str, typer.Option(help="The language of the mail.")] = "en",
) -> None:
    """Offer one of the first offices by mail; everybody else is appointed by officers, over HTTP.

    Example: etwinning office appoint --email head@css.example
    """
    asyncio.run(_appoint(email, kind, locale))


async def _appoint(email: str, kind: str, locale: str) -> None:
    from deploy.connections import installation_settings, opened
    from deploy.errors import Unable
    from services.registration.app import AddressNotAvailable
    from services.registration.app import appoint as offer
    from services.registration.officer import NotYoursToAppoint
    from shared.contracts import registration as contracts
    from shared.identity.addresses import AddressInvalid

    wanted = next((known for known in get_args(contracts.OfficeKind) if known == kind), None)
    if wanted is None:
        raise Unable(f"There is no office {kind!r}: choose of {', '.join(get_args(contracts.OfficeKind))}.")
    async with opened("registration", installation_settings()) as host:
        try:
            done = await offer(host, kind=wanted, email=email, locale=locale)
        except NotYoursToAppoint:
            raise Unable(f"The machine does not appoint to {kind}: an officer of the programme does.") from None
        except AddressNotAvailable:
            told = "The address belongs to an account that is no officer's, or an officer is about to take it"
            raise Unable(f"{told}: use another one.") from None
        except AddressInvalid:
            raise Unable("That is no mail address.") from None
    typer.echo(f"Office {done.office} is {done.standing}; the offer is mailed once notifications runs.")
