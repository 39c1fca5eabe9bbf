"""The documents of `benchmarks.table`, and the data of their answers, to compare with those of peers."""

from typing import Any

import orjson

from benchmarks.load import Call
from rules import opaque

PLACE = "kelurahan { code name kecamatan { code name } city { code name } }"
EVENT = "kind at actor fromStatus toStatus"
ROW = f"id number title status submittedAt location {{ latitude longitude }} category {{ code name weight }} {PLACE}"
PERMISSIONS = "viewerHasSupported permissions { canEdit canWithdraw canChangeStatus canAssign canRate canReopen }"
SCORECARD = (
    "received responded processed overdue respondedOnTime processedOnTime satisfaction responsiveness "
    "medianResponseMinutes medianProcessingMinutes"
)
SUBJECT = "subject { ... on Kelurahan { code name } }"


def _reports(first: int, selection: str) -> str:
    return f"{{ reports(first: {first}) {{ edges {{ node {{ {selection} }} }} }} }}"


def _board(first: int, selection: str) -> str:
    return (
        "query($day: Date) { leaderboard(on: $day) "
        f"{{ standings(first: {first}) {{ edges {{ node {{ rank points {SUBJECT} {selection} }} }} }} }} }}"
    )


DOCUMENTS = {
    "typename": "{ __typename }",
    "list": _reports(50, ROW),
    "full": _reports(
        20,
        "id number title status reporter { pseudonym } photos { id url width height } "
        f"timeline(first: 5) {{ edges {{ node {{ {EVENT} }} }} }}",
    ),
    "one": "query($number: String!) { report(number: $number) { "
    f"id number title description status resolution submittedAt category {{ code name weight }} {PLACE} "
    f"timeline {{ edges {{ node {{ {EVENT} }} }} }} }} }}",
    "board": _board(50, ""),
    "cards": _board(267, f"scorecard {{ {SCORECARD} }}"),
    "viewer": _reports(50, f"{ROW} {PERMISSIONS}"),
    "submit": "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { "
    f"id number title status submittedAt category {{ code name weight }} {PLACE} }} errors {{ code message }} }} }}",
}
"""The documents by name. `/NAME` is the path of the same data in the hand-written peer; variables are parameters."""

NEW = frozenset({"id", "number", "submittedAt"})
"""Fields of a report that differ between two submissions."""

VIEWER = frozenset({"viewerHasSupported", "permissions"})
"""Fields of a report that depend on who asks."""


def graphql(name: str, variables: dict[str, Any], token: str | None = None) -> Call:
    """Return the request of a document."""
    return Call.post("/graphql", orjson.dumps({"query": DOCUMENTS[name], "variables": variables}), token)


def plain(answer: Any, omitted: frozenset[str] = frozenset()) -> Any:
    """Return the data of a GraphQL answer as the hand-written peer gives them, and its own answers as they are.

    Connections become lists, and global ids of reports the keys of their rows. Fields in `omitted` are left out.
    """
    match answer:
        case {"data": {"__typename": _}}:
            return answer
        case {"data": dict(data)} if "errors" not in answer:
            (inner,) = data.values()
        case {"standings": inner} | {"report": inner, "errors": []}:
            pass
        case {"edges": edges}:
            inner = [edge["node"] for edge in edges]
        case dict():
            return {name: plain(_key(part), omitted) for name, part in answer.items() if name not in omitted}
        case list():
            return [plain(one, omitted) for one in answer]
        case _:
            return answer
    return plain(inner, omitted)


def _key(given: Any) -> Any:
    """Return the key in the global id of a report, and anything else as it is."""
    content = opaque.decode(given) if isinstance(given, str) else None
    return int(content.removeprefix(b"Report:")) if content and content.startswith(b"Report:") else given
