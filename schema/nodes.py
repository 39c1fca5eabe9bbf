"""Nodes and their opaque global ids: the name of the type and the key of the object."""

import re
from typing import Any

import strawberry

from rules import opaque
from schema.columns import column_field

_ROW = re.compile("0|[1-9][0-9]{0,17}")


ID_DESCRIPTION = "Opaque global id, for `node` and for arguments that take an id."


@strawberry.interface(description="An object that can be fetched again by its id, with `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description=ID_DESCRIPTION)


def global_id(type_name: str, key: object) -> strawberry.ID:
    """Write the global id of the object with a key."""
    return strawberry.ID(opaque.encode(f"{type_name}:{key}".encode()))


def id_field(type_name: str, column: str) -> Any:
    """Declare the id of a type whose objects are made from rows, by the integer column that is the key."""
    return column_field(column, id_of=type_name, description=ID_DESCRIPTION)


def parse_id(text: str) -> tuple[str, str] | None:
    """Read (type name, key) from a global id. Return None for anything that `global_id` did not write."""
    try:
        type_name, colon, key = (opaque.decode(text) or b"").decode().partition(":")
    except UnicodeDecodeError:
        return None
    return (type_name, key) if colon and "\0" not in key else None  # databases store no NUL


def row_id(text: str, type_name: str) -> int | None:
    """Read the row id from the global id of a `type_name`. Return None for any other text."""
    match parse_id(text):
        case (name, key) if name == type_name and _ROW.fullmatch(key):
            return int(key)
    return None
