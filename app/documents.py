"""The command `tanggap documents`, and the check of trusted documents at the start (docs/requests.md)."""

from pathlib import Path

import click

from app.command_line import CommandError, current_settings, say
from app.schema import make_schema, rules_of
from app.settings import Settings
from app.trusted import ManifestError, manifest_faults, read_manifest
from execution.trusted import Manifest


@click.group()
def documents() -> None:
    """Check trusted documents."""


@documents.command("check")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check_documents(path: Path) -> None:
    """Check the manifest PATH, or those in the folder PATH, as `serve` does at its start.

    Print a line per fault, and nothing when all documents can be executed. Needs no database.
    """
    try:
        manifest = read_manifest(path)
    except ManifestError as error:
        raise CommandError(str(error)) from None
    require_right(str(path), manifest, current_settings())


def require_right(name: str, manifest: Manifest, settings: Settings) -> None:
    """Print each fault of the documents of a manifest, and raise CommandError if there are any."""
    rules = rules_of(is_public=settings.introspection)
    faults = list(manifest_faults(manifest, make_schema(), rules, settings.limits))
    for fault in faults:
        say(fault)
    if faults:
        raise CommandError(f"{name}: {len(faults)} faults in {len(manifest.by_id)} documents")
