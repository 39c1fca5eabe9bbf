"""Routing of new reports. The mapping from category to handler is reference data; this module applies it."""

from enum import StrEnum


class AgencyKind(StrEnum):
    """The owner of an agency: the provincial government, or another body (PLN, Telkom)."""

    CITY = "CITY"
    EXTERNAL = "EXTERNAL"


class FirstHandler(StrEnum):
    """The first handler of a report: the kelurahan, or the only agency that can act."""

    KELURAHAN = "KELURAHAN"
    AGENCY = "AGENCY"


def first_handler(handler: FirstHandler, agency: str | None, kelurahan: str) -> str:
    """Return the code of the first handler: `kelurahan` or `agency`.

    `agency` is None for a category in which the kelurahan needs no agency. Raises ValueError when the category sends
    its reports to an agency but names none: its reference data are wrong.
    """
    if handler is FirstHandler.KELURAHAN:
        return kelurahan
    if agency is None:
        raise ValueError("a category handled by an AGENCY must name the agency")
    return agency
