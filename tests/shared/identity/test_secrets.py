"""Secrets for keyed hashes."""

from pathlib import Path

import pytest

from shared.identity.keys import KeyUnusable, create_secret, secret_key


def test_a_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    create_secret(tmp_path, "claims")
    first = secret_key(tmp_path, "claims")
    create_secret(tmp_path, "claims")
    assert secret_key(tmp_path, "claims") == first
    assert len(first) == 32
    assert (tmp_path / "claims.secret").stat().st_mode & 0o777 == 0o600


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"claims\.secret"):
        secret_key(tmp_path, "claims")
