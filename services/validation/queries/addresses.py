"""Whether a director's address is the applicant's own: compared where it is needed, and never shown (rules §4.8)."""

from services.validation.queries.words import Words
from services.validation.views import APPLICANTS
from shared.contracts.base import Service
from shared.identity.addresses import normalise_email
from shared.private_records.records import Erased, Found
from shared.views.reader import ViewReader


class AddressNotKnownYet(Exception):
    """One of the two cannot be read now: whoever needs it asks again."""


class OwnAddresses:
    """Reads the private records of both, each from the service that holds it."""

    def __init__(self, views: ViewReader, words: Words) -> None:
        self._views = views
        self._words = words

    async def is_own(self, teacher: str, contact: str, owner: Service) -> bool:
        """Whether this contact record names the teacher's own address; what was erased is nobody's.

        Raises:
            AddressNotKnownYet: a record cannot be read now.
        """
        applicant = await self._views.get(APPLICANTS, teacher)
        if applicant is None or applicant["email"] is None:
            raise AddressNotKnownYet
        own = await self._address("registration", applicant["email"])
        return own is not None and own == await self._address(owner, contact)

    async def _address(self, owner: Service, record: str) -> str | None:
        match await self._words.of(owner, record):
            case Found(fields=fields):
                return normalise_email(str(fields["email"]))
            case Erased():
                return None
            case _:
                raise AddressNotKnownYet
