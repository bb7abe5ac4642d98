"""What somebody types to register: address, name and password, kept before the commit that they are for."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registration.api.desk import Desk, Locale
from services.registration.mongo import Credential
from shared.contracts.base import derived_id
from shared.private_records.records import Draft
from shared.web.fields import CountryCode, Email, Line, Password, RequestBody


class Registration(RequestBody):
    """Phase 1: personal data, password and address (FAQ L17)."""

    email: Email
    password: Password
    given_name: Line
    family_name: Line
    country: CountryCode
    locale: Locale


@dataclass(frozen=True)
class Typed:
    """The records of one request, and its password, whose identifier is the attempt."""

    email: Draft
    name: Draft
    credential: Credential

    @property
    def records(self) -> Sequence[Draft]:
        return (self.email, self.name)


async def keep_typed(desk: Desk, body: Registration, hashed: str, *, asked: str, teacher: str) -> Typed:
    """`asked` identifies the request: a repeat finds what it kept.

    Raises:
        IdempotencyKeyReused: the same request once came with other fields.
        SubjectErased: the teacher was erased.
    """
    records = desk.host.records
    email = await records.draft(derived_id(asked, "email"), teacher, "email", {"email": body.email})
    named = {"given_name": body.given_name, "family_name": body.family_name}
    name = await records.draft(derived_id(asked, "name"), teacher, "name", named)
    credential = Credential(derived_id(asked, "attempt"), teacher, hashed, name.ref)
    await desk.accounts.keep(credential, desk.draft_ends(body.country, desk.host.clock()))
    return Typed(email, name, credential)


async def keep_in_vain(desk: Desk, body: Registration, hashed: str, *, asked: str) -> None:
    """For an address that has an account: kept as a new one's is, and dropped again, so that the work is the same.

    Under identifiers of nobody: nothing here can be taken for what another request kept.
    """
    nobody = derived_id(asked, "nobody")
    typed = await keep_typed(desk, body, hashed, asked=nobody, teacher=nobody)
    await desk.host.records.drop([one.ref.id for one in typed.records])
    await desk.accounts.drop(typed.credential)
