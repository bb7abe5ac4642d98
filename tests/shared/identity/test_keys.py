"""Key files: created once, readable by their owner alone, pinned by name."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.identity.keys import KeyUnusable, UnknownKeyOwner, create_keys, key_ring, signing_key

NAMES = ("registration", "notifications")


def test_a_private_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    create_keys(tmp_path, NAMES)
    assert (tmp_path / "registration.jwk").stat().st_mode & 0o777 == 0o600


def test_creating_again_keeps_the_keys(tmp_path: Path) -> None:
    create_keys(tmp_path, NAMES)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    create_keys(tmp_path, NAMES)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_lost_public_key_is_derived_again(tmp_path: Path) -> None:
    create_keys(tmp_path, NAMES)
    public = (tmp_path / "registration.pub.jwk").read_bytes()
    (tmp_path / "registration.pub.jwk").unlink()
    create_keys(tmp_path, NAMES)
    assert (tmp_path / "registration.pub.jwk").read_bytes() == public


def test_rival_creators_end_with_one_matching_pair(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: create_keys(tmp_path, ["audit"]), range(16)))
    expected = signing_key(tmp_path, "audit").thumbprint()
    assert key_ring(tmp_path).public_key("audit").thumbprint() == expected
    assert sorted(file.name for file in tmp_path.iterdir()) == ["audit.jwk", "audit.pub.jwk"]


def test_a_public_key_file_holds_no_secret(tmp_path: Path) -> None:
    create_keys(tmp_path, NAMES)
    assert b'"d"' not in (tmp_path / "registration.pub.jwk").read_bytes()
    assert all("d" not in jwk for jwk in key_ring(tmp_path).as_jwk_set()["keys"])


def test_the_ring_knows_only_the_owners_it_was_given(tmp_path: Path) -> None:
    create_keys(tmp_path, NAMES)
    with pytest.raises(UnknownKeyOwner):
        key_ring(tmp_path).public_key("projects")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"no json", b'{"kty":"oct","k":"c2VjcmV0"}'])
def test_a_broken_key_file_is_named_in_the_refusal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "audit.jwk").write_bytes(content)
    with pytest.raises(KeyUnusable, match=r"audit\.jwk"):
        signing_key(tmp_path, "audit")


def test_a_missing_key_is_named_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"audit\.jwk does not exist"):
        signing_key(tmp_path, "audit")
