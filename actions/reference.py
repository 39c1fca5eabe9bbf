"""Loading the reference data into its tables, and telling every process that it is new."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from tortoise.models import Model

from actions.change import Change, Draft, Writer
from models.log import REFERENCE_LOADED, Topic
from models.places import (
    Agency,
    Category,
    Kelurahan,
    KelurahanAlias,
    KelurahanArea,
    KelurahanDisc,
    read_reference_data,
)
from models.reference.records import ReferenceData

BATCH = 500


async def load(writer: Writer, facts: ReferenceData) -> bool:
    """Bring the tables to `facts`; return whether anything changed.

    Kelurahan, agencies and categories are added and amended, never removed: reports name them. Aliases and discs are
    replaced; polygons are replaced when `facts` has any, and stay otherwise. The same facts again change nothing.
    """

    async def work(change: Change) -> bool:
        before = await read_reference_data()
        after = replace(facts, areas=facts.areas or before.areas)
        if _sorted(before) == _sorted(after):
            return False
        await _amend(change, Kelurahan, "code", after.kelurahan)
        await _amend(change, Agency, "code", after.agencies)
        await _amend(change, Category, "code", after.categories)
        await _replace(change, KelurahanAlias, after.aliases)
        await _replace(change, KelurahanDisc, after.discs)
        await _replace(change, KelurahanArea, after.areas)
        first = await change.take_positions(1)
        counts = {"kelurahan": len(after.kelurahan), "areas": len(after.areas)}
        await change.append(first, [Draft(topic=Topic.REFERENCE, kind=REFERENCE_LOADED, data=counts)])
        return True

    return await writer.change(work)


async def _amend(change: Change, table: type[Model], key: str, facts: Iterable[object]) -> None:
    rows = [table(**asdict(fact)) for fact in facts]  # type: ignore[call-overload] # every fact is a dataclass
    others = [name for name in asdict(next(iter(facts))) if name != key]  # type: ignore[call-overload] # likewise
    await table.bulk_create(rows, batch_size=BATCH, on_conflict=[key], update_fields=others, using_db=change.using)


async def _replace(change: Change, table: type[Model], facts: Iterable[object]) -> None:
    await table.all().using_db(change.using).delete()
    rows = [table(**asdict(fact)) for fact in facts]  # type: ignore[call-overload] # every fact is a dataclass
    await table.bulk_create(rows, batch_size=BATCH, using_db=change.using)


def _sorted(facts: ReferenceData) -> list[list[str]]:
    kinds = (facts.kelurahan, facts.aliases, facts.discs, facts.agencies, facts.categories, facts.areas)
    return [sorted(map(repr, kind)) for kind in kinds]
