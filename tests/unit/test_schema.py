from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)
from tortoise.migrations.autodetector import MigrationAutodetector

from app.schema import make_schema
from models.database import APPS, database

ROOT = Path(__file__).parents[2]
SCHEMA = make_schema()

LATER = """
ReportEventKind.MARKED_DUPLICATE
"""
"""Elements of later stages of the contract: they are not in the schema until they work."""


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Yield the coordinate and the description of each element of a schema that can have one."""
    for directive in schema.directives:
        yield f"@{directive.name}", directive.description
        yield from ((f"@{directive.name}({name}:)", argument.description) for name, argument in directive.args.items())
    for name, named in schema.type_map.items():
        if not is_introspection_type(named):
            yield name, named.description
            yield from members(name, named)


def members(owner: str, named: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    match named:
        case GraphQLObjectType() | GraphQLInterfaceType():
            for name, field in named.fields.items():
                yield f"{owner}.{name}", field.description
                yield from ((f"{owner}.{name}({arg}:)", argument.description) for arg, argument in field.args.items())
        case GraphQLInputObjectType():
            yield from ((f"{owner}.{name}", field.description) for name, field in named.fields.items())
        case GraphQLEnumType():
            yield from ((f"{owner}.{name}", value.description) for name, value in named.values.items())


DESCRIBED = dict(described(SCHEMA._schema))


def test_printed_schema_equals_the_committed_one() -> None:
    assert f"{SCHEMA.as_str()}\n" == (ROOT / "schema" / "schema.graphql").read_text()


def test_everything_in_the_schema_has_a_description() -> None:
    assert [name for name, description in DESCRIBED.items() if not description] == []


def test_descriptions_end_with_a_full_stop_and_have_single_spaces() -> None:
    ours = {name: description or "" for name, description in DESCRIBED.items() if not name.startswith("@")}
    assert [name for name, text in ours.items() if text != " ".join(text.split()) or not text.endswith(".")] == []


@pytest.mark.parametrize(
    "kind",
    ["Report", "Report.title", "Query.reports(first:)", "SubmitReportInput.title", "ReportStatus.WAITING", "DateTime"],
)
def test_each_kind_of_schema_element_is_checked(kind: str) -> None:
    assert DESCRIBED[kind]


def test_nothing_of_a_later_stage_is_in_the_schema() -> None:
    assert sorted(DESCRIBED.keys() & set(LATER.split())) == []


def test_every_scalar_of_our_own_names_its_specification() -> None:
    scalars = [one for one in SCHEMA._schema.type_map.values() if isinstance(one, GraphQLScalarType)]
    ours = [one for one in scalars if not is_specified_scalar_type(one)]
    assert {one.name for one in ours} == {"Date", "DateTime", "JSON", "URL"}
    assert [one.name for one in ours if not (one.specified_by_url or "").startswith("https://")] == []


@pytest.mark.anyio
async def test_migrations_create_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    async with database(f"sqlite://{tmp_path}/tanggap.db") as context:
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, APPS).changes()
    assert [operation for writer in changes for operation in writer.operations] == []
