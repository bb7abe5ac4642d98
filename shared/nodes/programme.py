"""The whole programme as data: which countries there are, and which policy is in force where, on which day."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Literal, overload

from pydantic import model_validator

from shared.nodes.country import CENTRAL_NODE, Adoption, CentralService, Country, Data
from shared.nodes.policies import (
    AccountsPolicy,
    DeadlinesPolicy,
    DirectorPolicy,
    EQSPolicy,
    NQSPolicy,
    Policy,
    PolicyKind,
    ProjectApprovalPolicy,
    ValidationPolicy,
)


class UnknownCountry(LookupError):
    """No country of the programme has that ISO code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is no country of the programme")
        self.code = code


class UnknownPolicy(LookupError):
    """No policy was ever published under that reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"no policy was published as {reference!r}")
        self.reference = reference


class NoPolicyInForce(LookupError):
    """On that day the node follows no policy of that kind."""

    def __init__(self, code: str, kind: str, on: date) -> None:
        super().__init__(f"no {kind} policy is in force for {code} on {on.isoformat()}")
        self.code = code
        self.kind = kind
        self.on = on


class Nodes(Data):
    """Every country and every published version of every policy; what the programme adopts, a country may override."""

    central: CentralService
    adoptions: tuple[Adoption, ...]
    countries: tuple[Country, ...]
    policies: tuple[Policy, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Country]:
        return {country.code: country for country in self.countries}

    @cached_property
    def by_reference(self) -> Mapping[str, Policy]:
        return {policy.reference: policy for policy in self.policies}

    @model_validator(mode="after")
    def _consistent(self) -> "Nodes":
        if len(self.by_code) < len(self.countries) or len(self.by_reference) < len(self.policies):
            raise ValueError("a country or a version of a policy stands twice in the data")
        published = {policy.id for policy in self.policies}
        for adoption in (*self.adoptions, *(a for country in self.countries for a in country.adoptions)):
            if adoption.policy not in published:
                raise ValueError(f"{adoption.policy} is adopted, but was never published")
        if len({(policy.id, policy.kind) for policy in self.policies}) > len(published):
            raise ValueError("all versions of a policy are of one kind")
        return self

    def country(self, code: str) -> Country:
        """The country of this ISO code (upper case). Raises `UnknownCountry`; the central node is no country."""
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownCountry(code) from None

    def service(self, node: str) -> Country | CentralService:
        """Whose languages and mailbox serve a node (`fr`, `eu`): the central service's where it is no country's."""
        return self.by_code.get(node.upper(), self.central)

    @overload
    def policy(self, code: str, kind: Literal["validation"], on: date) -> ValidationPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["director"], on: date) -> DirectorPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["accounts"], on: date) -> AccountsPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["project_approval"], on: date) -> ProjectApprovalPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["nqs"], on: date) -> NQSPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["eqs"], on: date) -> EQSPolicy: ...
    @overload
    def policy(self, code: str, kind: Literal["deadlines"], on: date) -> DeadlinesPolicy: ...
    def policy(self, code: str, kind: PolicyKind, on: date) -> Policy:
        """The version in force for a country (ISO code) or for the central node (`eu`) on that day.

        A country's own adoption wins over the programme's; of a policy's versions the latest valid one counts.
        Raises `UnknownCountry`, and `NoPolicyInForce` before the first.
        """
        own = () if code == CENTRAL_NODE else self.country(code).adoptions
        version = self._in_force(own, kind, on) or self._in_force(self.adoptions, kind, on)
        if version is None:
            raise NoPolicyInForce(code, kind, on)
        return version

    def policy_by_reference(self, reference: str) -> Policy:
        """The version that a decision recorded (`nqs.default@1`), in force or not. Raises `UnknownPolicy`."""
        try:
            return self.by_reference[reference]
        except KeyError:
            raise UnknownPolicy(reference) from None

    def _in_force(self, adoptions: Iterable[Adoption], kind: PolicyKind, on: date) -> Policy | None:
        adopted = {adoption.policy: adoption.since for adoption in adoptions if adoption.since <= on}
        candidates = [
            policy
            for policy in self.policies
            if policy.kind == kind and policy.id in adopted and policy.valid_from <= on
        ]
        return max(candidates, key=lambda p: (adopted[p.id], p.valid_from, p.version), default=None)
