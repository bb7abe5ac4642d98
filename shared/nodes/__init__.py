"""Countries, nodes and their dated policies, as data: read once with `load_nodes()`, pure from then on."""

from shared.nodes.country import CENTRAL_NODE, Admission, CentralService, Country, Status, UnknownRegion
from shared.nodes.loading import load_nodes
from shared.nodes.policies import (
    Deadlines,
    DeadlinesPolicy,
    EQSPolicy,
    EQSRule,
    NQSPolicy,
    NQSRubric,
    Policy,
    PolicyKind,
    ProjectApproval,
    ProjectApprovalPolicy,
    Validation,
    ValidationPolicy,
)
from shared.nodes.programme import Nodes, NoPolicyInForce, UnknownCountry, UnknownPolicy

__all__ = [
    "CENTRAL_NODE",
    "Admission",
    "CentralService",
    "Country",
    "Deadlines",
    "DeadlinesPolicy",
    "EQSPolicy",
    "EQSRule",
    "NQSPolicy",
    "NQSRubric",
    "NoPolicyInForce",
    "Nodes",
    "Policy",
    "PolicyKind",
    "ProjectApproval",
    "ProjectApprovalPolicy",
    "Status",
    "UnknownCountry",
    "UnknownPolicy",
    "UnknownRegion",
    "Validation",
    "ValidationPolicy",
    "load_nodes",
]
