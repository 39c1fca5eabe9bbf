"""Errors as clients read them."""

from typing import Any

from execution.measures import count_error
from execution.request_id import request_id


def marked(error: Any) -> dict[str, Any]:
    """Return a formatted error, which has its code, with the id of the request. It is counted.

    It is a new object: errors of refused documents are kept, and sent to many.
    """
    extensions, known = error["extensions"], request_id()
    count_error(extensions["code"])
    return {**error, "extensions": {**extensions, "requestId": known} if known else extensions}
