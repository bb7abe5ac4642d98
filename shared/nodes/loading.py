"""Reads `nodes.toml` once, and computes the fingerprints by which a published policy is known to be unchanged."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from shared.nodes.programme import Nodes


@cache
def load_nodes() -> Nodes:
    """The programme's data, read and checked once per process. Raises pydantic's `ValidationError` if it is wrong."""
    return parse_nodes(_text("nodes.toml"))


def parse_nodes(text: str) -> Nodes:
    """The programme's data from the text of a `nodes.toml`."""
    document = tomllib.loads(text)
    countries = [{"code": code, **country} for code, country in document.pop("countries").items()]
    return Nodes.model_validate({**document, "countries": countries})


def policy_fingerprints(text: str) -> Mapping[str, str]:
    """SHA-256 of each version of each policy as written in a `nodes.toml`, by reference.

    Taken over the data and not over the models, so that a new optional field in code changes no fingerprint.
    """
    return {f"{policy['id']}@{policy['version']}": _sha256(policy) for policy in tomllib.loads(text)["policies"]}


def published_fingerprints() -> Mapping[str, str]:
    """The committed fingerprints: a version is added to them once, when it is published, and stays."""
    fingerprints: dict[str, str] = json.loads(_text("published_policies.json"))
    return fingerprints


def current_fingerprints() -> Mapping[str, str]:
    """The fingerprints of the `nodes.toml` of this build."""
    return policy_fingerprints(_text("nodes.toml"))


def _text(name: str) -> str:
    return files("shared.nodes").joinpath(name).read_text(encoding="utf-8")


def _sha256(policy: Mapping[str, Any]) -> str:
    canonical = json.dumps(policy, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
