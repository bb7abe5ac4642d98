"""Ed25519 signing keys as JWK files (RFC 8037), and the public keys pinned to their owners.

A folder holds, for each service, ``<service>.jwk`` (private, mode 0600, read by that service alone) and
``<service>.pub.jwk`` (public, served openly). Which key belongs to whom is pinned by the file's name,
never by what a token says about itself.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM: Final = "Ed25519"
_PRIVATE, _PUBLIC, _SECRET = ".jwk", ".pub.jwk", ".secret"


class KeyUnusable(Exception):
    """A key file is missing or holds no Ed25519 key. The message names the file, never its content."""


class UnknownKeyOwner(Exception):
    """Nobody's key is pinned under this name."""


class KeyRing:
    """The pinned public keys, by the name of their owner."""

    def __init__(self, public_keys: Mapping[str, OKPKey]) -> None:
        self._public_keys = dict(public_keys)

    @property
    def owners(self) -> frozenset[str]:
        return frozenset(self._public_keys)

    def public_key(self, owner: str) -> OKPKey:
        """Return the key pinned to `owner`; raises `UnknownKeyOwner`."""
        try:
            return self._public_keys[owner]
        except KeyError:
            raise UnknownKeyOwner(owner) from None

    def as_jwk_set(self) -> dict[str, list[dict[str, str]]]:
        """The keys as a JWK set (RFC 7517 §5), `kid` = owner: what is served openly."""
        return {
            "keys": [
                {"kty": "OKP", "crv": ALGORITHM, "x": str(key.as_dict(private=False)["x"]), "kid": owner}
                for owner, key in sorted(self._public_keys.items())
            ]
        }


def create_keys(folder: Path, names: Iterable[str]) -> None:
    """Create the missing keys of `names`; existing ones stay as they are. Safe to run by several processes at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in names:
        _create_exclusively(folder / (name + _PRIVATE), _encode(OKPKey.generate_key(ALGORITHM), private=True))
        # Always derived from whichever private key won, so a crash between the two files heals itself.
        _replace(folder / (name + _PUBLIC), _encode(signing_key(folder, name), private=False))


def signing_key(folder: Path, name: str) -> OKPKey:
    """Read the private key of `name`; raises `KeyUnusable`."""
    key = _read(folder / (name + _PRIVATE))
    if not key.is_private:
        raise KeyUnusable(f"{name + _PRIVATE} holds no private key")
    return key


def key_ring(folder: Path) -> KeyRing:
    """Read every public key of `folder`; raises `KeyUnusable`."""
    files = sorted(folder.glob("*" + _PUBLIC))
    if not files:
        raise KeyUnusable(f"no public key in {folder}")
    return KeyRing({file.name.removesuffix(_PUBLIC): _read(file) for file in files})


def create_secret(folder: Path, name: str) -> None:
    """Create 32 random bytes as `<name>.secret` (0600) unless they are there: a key for HMACs, in no ring."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _create_exclusively(folder / (name + _SECRET), secrets.token_hex(32).encode())


def secret_key(folder: Path, name: str) -> bytes:
    """Read the secret `name`; raises `KeyUnusable`."""
    file = folder / (name + _SECRET)
    try:
        return bytes.fromhex(file.read_text())
    except (OSError, ValueError):
        raise KeyUnusable(f"{file} cannot be read as a secret") from None


def _encode(key: OKPKey, *, private: bool) -> bytes:
    return json.dumps(key.as_dict(private=private), sort_keys=True).encode()


def _read(file: Path) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(file.read_bytes()))
    except FileNotFoundError:
        raise KeyUnusable(f"{file} does not exist") from None
    except (OSError, ValueError, KeyError, TypeError, JoseError):
        raise KeyUnusable(f"{file} cannot be read as a key") from None
    if key.curve_name != ALGORITHM:
        raise KeyUnusable(f"{file} is not an {ALGORITHM} key")
    return key


def _write_aside(file: Path, content: bytes) -> Path:
    aside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return aside


def _create_exclusively(file: Path, content: bytes) -> None:
    if file.exists():
        return
    aside = _write_aside(file, content)
    try:
        os.link(aside, file)  # fails where the file exists, and never shows half of one
    except FileExistsError:
        pass  # another process was first, and its key counts
    finally:
        aside.unlink()


def _replace(file: Path, content: bytes) -> None:
    if file.exists() and file.read_bytes() == content:
        return
    aside = _write_aside(file, content)
    aside.chmod(0o644)
    aside.replace(file)
