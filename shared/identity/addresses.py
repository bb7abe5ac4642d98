"""E-mail addresses as people type them, as they are compared, and as a claim keeps them: never in the clear."""

import hmac
import unicodedata
from hashlib import sha256

from email_validator import EmailNotValidError, validate_email

MAX_ADDRESS_LENGTH = 254


class AddressInvalid(ValueError):
    """Nothing that mail could be sent to. Carries no part of the address."""


def deliverable_email(address: str) -> str:
    """The address to write to: as typed, spaces around it removed, Unicode composed; raises `AddressInvalid`.

    Looks only at the syntax (RFC 5321, 5322, 6531, IDNA 2008): whether it exists, the first mail tells.
    """
    try:
        return validate_email(address.strip(), check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        raise AddressInvalid("not an e-mail address") from None


def normalise_email(address: str) -> str:
    """The form in which two addresses are the same one: domain in ASCII (IDNA) lower case, local part case-folded.

    Dots and `+tags` stay: whether they matter is the provider's business. Raises `AddressInvalid`.
    """
    try:
        parsed = validate_email(address.strip(), check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        raise AddressInvalid("not an e-mail address") from None
    local = unicodedata.normalize("NFC", unicodedata.normalize("NFC", parsed.local_part).casefold())
    return f"{local}@{parsed.ascii_domain.lower()}"


def address_hmac(key: bytes, key_number: int, normalised: str) -> str:
    """The identifier of a claim: `<key number>:<hex HMAC-SHA-256>`. Made and tested only with the key."""
    digest = hmac.new(key, b"etwinning address claim\0" + normalised.encode(), sha256)
    return f"{key_number}:{digest.hexdigest()}"
