"""Manifests of trusted documents: their files, and the check of all that is in them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from graphql import ValidationRule
from strawberry import Schema

from execution.trusted import PREFIX, Manifest, faults_of, hash_of
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from schema.costs import Limits
from schema.places import reference_objects

APOLLO = "apollo-persisted-query-manifest"

SHAPES = (
    "it must be a JSON object of the text of each document by its id, as graphql-codegen and Relay write it, or "
    f'Apollo\'s, with "format": "{APOLLO}" and "version": 1'
)


class ManifestError(ValueError):
    """A manifest that cannot be read. The text is one line that names the file, and says what is right."""


def read_manifest(path: Path, *others: Path) -> Manifest:
    """Read a manifest, or all those in a folder, `*.json`: one for each app. `others`: more files.

    Raises ManifestError.
    """
    by_id: dict[str, str] = {}
    for file in (*_files(path), *others):
        for name, text in _read(file):
            if by_id.setdefault(name, text) != text:
                raise ManifestError(f"{file}: {name}: another document has this id")
    if not by_id:
        raise ManifestError(f"{path}: it has no documents")
    return Manifest(by_id)


def manifest_faults(
    manifest: Manifest, schema: Schema, rules: Sequence[type[ValidationRule]], limits: Limits
) -> Iterator[str]:
    """Yield a line for each fault of a document, with its id and the line in it.

    Lists of reference data cost what they do with the bundled data.
    """
    places = reference_objects(Gazetteer(bundled()))
    for name, text in manifest.by_id.items():
        for line, fault in faults_of(schema, text, rules, limits, places):
            yield f"{name}, line {line}: {fault}"


def _files(path: Path) -> Sequence[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def _read(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of each document of a file."""
    try:
        content = orjson.loads(file.read_bytes())
    except OSError as error:
        raise ManifestError(f"{file} cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{file}: it is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ManifestError(f"{file}: {SHAPES}")
    documents = _of_apollo(file, content) if "format" in content else content.items()
    for name, text in documents:
        if not isinstance(name, str) or not name or not isinstance(text, str):
            raise ManifestError(f"{file}: {name}: {SHAPES}")
        if name.startswith(PREFIX) and name != f"{PREFIX}{hash_of(text)}":
            raise ManifestError(f"{file}: {name}: its text has another SHA-256")
        yield name, text


def _of_apollo(file: Path, content: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    operations = content.get("operations")
    if content["format"] != APOLLO or content.get("version") != 1 or not isinstance(operations, list):
        raise ManifestError(f"{file}: {SHAPES}")
    for operation in operations:
        if not isinstance(operation, dict):
            raise ManifestError(f"{file}: each of `operations` must be an object with `id` and `body`")
        yield operation.get("id"), operation.get("body")
