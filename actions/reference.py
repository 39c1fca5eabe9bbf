"""Loading reference data into its tables, and announcing it to every process."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from tortoise.models import Model

from actions.log import LogTransaction, NewEvent
from models.log import REFERENCE_LOADED, Topic
from models.places import (
    Agency,
    Category,
    Kelurahan,
    KelurahanAlias,
    KelurahanArea,
    KelurahanDisc,
)
from models.reference.records import ReferenceData
from queries.reference import read_reference_data

BATCH = 500


async def load(tx: LogTransaction, reference: ReferenceData) -> bool:
    """Bring the tables to `reference`; return whether anything changed.

    Kelurahan, agencies and categories are added and updated, never removed: reports name them. Aliases and discs are
    replaced; polygons are replaced when `reference` has any, and stay otherwise. Loading the same data again changes
    nothing.
    """
    before = await read_reference_data()
    after = replace(reference, areas=reference.areas or before.areas)
    if _sorted(before) == _sorted(after):
        return False
    await _update(tx, Kelurahan, "code", after.kelurahan)
    await _update(tx, Agency, "code", after.agencies)
    await _update(tx, Category, "code", after.categories)
    await _replace(tx, KelurahanAlias, after.aliases)
    await _replace(tx, KelurahanDisc, after.discs)
    await _replace(tx, KelurahanArea, after.areas)
    counts = {"kelurahan": len(after.kelurahan), "areas": len(after.areas)}
    loaded = NewEvent(topic=Topic.REFERENCE, kind=REFERENCE_LOADED, data=counts)
    await tx.append(loaded)
    return True


async def _update(tx: LogTransaction, table: type[Model], key: str, records: Iterable[object]) -> None:
    rows = [table(**asdict(record)) for record in records]  # type: ignore[call-overload] # records are dataclasses
    others = [name for name in asdict(next(iter(records))) if name != key]  # type: ignore[call-overload] # as above
    await table.bulk_create(rows, batch_size=BATCH, on_conflict=[key], update_fields=others, using_db=tx.connection)


async def _replace(tx: LogTransaction, table: type[Model], records: Iterable[object]) -> None:
    await table.all().using_db(tx.connection).delete()
    rows = [table(**asdict(record)) for record in records]  # type: ignore[call-overload] # records are dataclasses
    await table.bulk_create(rows, batch_size=BATCH, using_db=tx.connection)


def _sorted(reference: ReferenceData) -> list[list[str]]:
    kinds = (
        reference.kelurahan,
        reference.aliases,
        reference.discs,
        reference.agencies,
        reference.categories,
        reference.areas,
    )
    return [sorted(map(repr, kind)) for kind in kinds]
