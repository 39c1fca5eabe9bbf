"""Reports that an agency outside the province handles: how far each has come there (domain.md, "Who handles it")."""

from enum import StrEnum


class ForwardingState(StrEnum):
    """The progress of a report at an external agency."""

    UNCONNECTED = "UNCONNECTED"
    QUEUED = "QUEUED"
    SENT = "SENT"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    FAILED = "FAILED"
    CLOSED = "CLOSED"


class AgencyStatus(StrEnum):
    """The answer of an agency about a report: it has it, it is working on it, or it has ended its work."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"
