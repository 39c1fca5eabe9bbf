"""Who takes a new report first. The map from category to handler is data; this is how it is read."""

from enum import StrEnum


class AgencyKind(StrEnum):
    """Whose an agency is: the provincial government's own, or somebody else's (PLN, Telkom)."""

    CITY = "CITY"
    EXTERNAL = "EXTERNAL"


class FirstHandler(StrEnum):
    """Who goes first: the kelurahan's own people, or the agency that alone can act."""

    KELURAHAN = "KELURAHAN"
    AGENCY = "AGENCY"


def first_handler(handler: FirstHandler, agency: str | None, kelurahan: str) -> str:
    """Return the code of the unit in charge first: `kelurahan`'s, or `agency`'s.

    `agency` is None for a category about which a kelurahan calls nobody. Raises ValueError when the category
    sends its reports to an agency and names none: its data are wrong.
    """
    if handler is FirstHandler.KELURAHAN:
        return kelurahan
    if agency is None:
        raise ValueError("a category handled by an AGENCY has to name the agency")
    return agency
