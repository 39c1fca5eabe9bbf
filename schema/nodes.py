"""Nodes and their opaque global ids: base64 of the type's name and the object's key."""

import base64
import binascii
import re

import strawberry

_ROW = re.compile("0|[1-9][0-9]{0,17}")


@strawberry.interface(description="An object that can be fetched again by its id, with `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque global id, for `node` and for arguments that take an id.")


def global_id(type_name: str, key: object) -> strawberry.ID:
    """Write the global id of the object `key` of a type."""
    return strawberry.ID(base64.urlsafe_b64encode(f"{type_name}:{key}".encode()).decode().rstrip("="))


def parse_id(text: str) -> tuple[str, str] | None:
    """Read (type name, key) from a global id; None for anything that `global_id` did not write."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    type_name, colon, key = decoded.partition(":")
    return (type_name, key) if colon and global_id(type_name, key) == text else None


def row_id(text: str, type_name: str) -> int | None:
    """Read the row id from the global id of a `type_name`; None when it is not one."""
    match parse_id(text):
        case (name, key) if name == type_name and _ROW.fullmatch(key):
            return int(key)
    return None
