"""Receipts of erasures: made of the fact, held against it for as long as it exists."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import StringConstraints

from services.registration.api.desk import ACCOUNTS, Desk
from shared.contracts.registration import ErasureRequested, PersonalDataErased
from shared.event_store.history import History
from shared.identity.rate_limits import per_client
from shared.identity.receipts import (
    MAX_RECEIPT_LENGTH,
    RECEIPT_PATTERN,
    Receipt,
    ReceiptInvalid,
    read_receipt,
    sign_receipt,
)
from shared.identity.tokens import ISSUER
from shared.web.fields import RequestBody
from shared.web.openapi import problem_response
from shared.web.problem import TYPE_PREFIX, Problem, not_found
from shared.web.routes import edge_router

INVALID = "receipt-invalid"


class Presented(RequestBody):
    """A receipt, as it was given."""

    receipt: Annotated[str, StringConstraints(max_length=MAX_RECEIPT_LENGTH, pattern=RECEIPT_PATTERN)]


class Verified(Receipt):
    """What the receipt says, and what is true by now: whoever was told to wait finds the final receipt in `latest`."""

    now: Literal["erased", "waiting"]
    latest: str


class Receipts:
    """Whoever has a receipt may have it checked: it says nothing about anybody but a pseudonym."""

    def __init__(self, desk: Desk) -> None:
        self._host = desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["erasure"])
        routes.add_api_route(
            "/erasure-receipts/verify", self.verify, methods=["POST"],
            dependencies=[Depends(per_client("verify-receipt", "60/minute"))],
            responses={422: problem_response("Not a receipt of ours", [TYPE_PREFIX + INVALID])},
        )  # fmt: skip
        return routes

    async def verify(self, body: Presented) -> Verified:
        """Signed here, and of a fact that is there: 422 if the one is not so, 404 if the other is not."""
        try:
            given = read_receipt(body.receipt, self._host.keyring.public_key(ISSUER))
        except ReceiptInvalid:
            raise Problem(422, INVALID) from None
        kind, _, person = given.stream.partition("-")
        if kind not in ACCOUNTS or person != given.person:
            raise not_found()
        known = receipts_of(given.person, await self._host.handler.load(given.stream))
        if given not in known:
            raise not_found()
        latest = known[-1]
        return Verified(**given.model_dump(), now=latest.status, latest=sign_receipt(self._host.signing_key, latest))


def receipts_of(person: str, history: History) -> list[Receipt]:
    """One for each fact that says so, in order: the request under a hold, the erasure."""
    return [
        Receipt(
            person=person,
            status="erased" if isinstance(one.event, PersonalDataErased) else "waiting",
            event=one.id,
            stream=history.stream,
            version=one.version,
            commit=history.commits[one.version - 1].hash.hex(),
            at=one.time,
        )
        for one in history.recorded
        if isinstance(one.event, PersonalDataErased | ErasureRequested)
    ]
