"""Takes personal data and secrets out of whatever is about to be logged: the last net, not the first (pure)."""

import re
from collections.abc import Mapping
from typing import Any

ADDRESS = "[e-mail]"
TOKEN = "[token]"  # noqa: S105 what stands in its place
HIDDEN = "[redacted]"

_WORD = re.compile(r"\S+")
# A commit's identifier, `<stream>@<version>`, is no address: it has no dot after the sign.
_ADDRESS = re.compile(r"(?:@|%40).*\.\S", re.IGNORECASE)
_TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]*\.[\w-]*")
_SECRET_KEYS = frozenset(
    {"address", "authorization", "cookie", "email", "name", "password", "set-cookie", "title", "token"}
)
_MAX_DEPTH = 6


def redacted(value: Any, depth: int = 0) -> Any:
    """The value with everything that looks like an e-mail address or a token replaced; nested too deep: hidden."""
    if depth > _MAX_DEPTH:
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {redacted(str(k)): redacted_field(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item, depth + 1) for item in value]
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return _TOKEN.sub(TOKEN, _without_addresses(text))


def redacted_field(key: str, value: Any, depth: int = 0) -> Any:
    """As `redacted`, and a field whose very name says that it is personal or secret is hidden whole."""
    return HIDDEN if key.lower() in _SECRET_KEYS else redacted(value, depth)


def _without_addresses(text: str) -> str:
    """Hides the whole word around an address: what is a delimiter in one text is part of an address in another."""
    if "@" not in text and "%40" not in text:
        return text
    return _WORD.sub(lambda word: ADDRESS if _ADDRESS.search(word[0]) else word[0], text)
