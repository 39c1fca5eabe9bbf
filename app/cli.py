"""The command `tanggap`."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click
from tortoise.exceptions import ConfigurationError, DBConnectionError

from actions import rebuild
from actions.accounts import credentials, grant_role, revoke_role
from actions.epoch import begin_epoch
from actions.reference import load
from actions.transaction import Transactions
from app.schema import make_schema
from app.server import serve_forever
from app.settings import Settings, SettingsError, read_settings
from simulation.sqlite_speed import run_inline
from simulation.past import PastSimulation, NotFresh
from simulation.present import LiveSimulation
from models.database import database, migrate, pending_migrations
from models.places import read_reference_data
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceDataError, bundled, read_areas
from queries.score_audit import verify
from queries.score_histories import describe_key
from rules.access import Role
from rules.languages import Locale
from rules.refusals import Refusal
from rules.scoring.reconciliation import format_difference

NO_REFERENCE = "the database has no reference data yet: run `tanggap load-reference`"
UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBConnectionError, ConfigurationError)


class Line(click.ClickException):
    """What went wrong, in one line on standard error."""


class Commands(click.Group):
    """The commands, none of which shows a traceback for what an operator can mend."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; tell of a setting that is wrong, or a database that does not answer, in one line."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise Line(str(error)) from None
        except UNREACHABLE as error:
            told = " ".join(str(error).split()) or type(error).__name__
            raise Line(f"DATABASE_URL: the database does not answer: {told}") from None


@click.group(cls=Commands)
def main() -> None:
    """Tanggap: a city answers its citizens. Settings come from the environment; see docs/operating.md."""


@main.command()
@click.option("--host", help="The address to listen on (HOST).")
@click.option("--port", type=int, help="The port to listen on (PORT).")
@click.option("--workers", type=int, help="Processes (WORKERS); more than one needs redis:// or postgres://.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API."""
    settings = _settings(host=host, port=port, workers=workers)
    asyncio.run(_check_ready(settings))
    serve_forever(settings)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    settings = _settings()
    asyncio.run(migrate(settings.database_url, tell=click.echo))
    asyncio.run(_count(settings.database_url))
    click.echo("the tables are up to date")


@main.command("load-reference")
@click.option(
    "--areas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Official boundaries, GeoJSON with the property `code`.",
)
def load_reference(areas: Path | None) -> None:
    """Load Jakarta's kelurahan, agencies and categories."""

    async def work() -> None:
        facts = bundled()
        if areas is not None:
            codes = {fact.code for fact in facts.kelurahan}
            facts = replace(facts, areas=read_areas(areas, codes))
        changed = await Transactions().run(load, facts)
        told = f"{len(facts.kelurahan)} kelurahan, {len(facts.agencies)} agencies, {len(facts.categories)} categories"
        click.echo(f"{'loaded' if changed else 'already there:'} {told}")

    _with_database(work)


@main.command("new-epoch")
def new_epoch() -> None:
    """Give the log of a restored database a new epoch: cursors of before are refused, and clients load anew."""

    async def work() -> None:
        click.echo(f"the log's epoch is now {await begin_epoch()}: cursors of before are refused, clients load anew")

    _with_database(work)


@main.group()
def user() -> None:
    """People with an account."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--password", required=True, help="10 to 128 characters.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--unit", help="Code of a kelurahan, kecamatan, city or agency; for OFFICER and SUPERVISOR.")
def add_user(email: str, password: str, role: str, unit: str | None) -> None:
    """Give a role to an account; it is made when there is none, and gets the password."""

    async def work() -> None:
        gazetteer = Gazetteer(await read_reference_data())
        await Transactions().run(grant_role, gazetteer, await credentials(email, password), Role(role), unit)
        click.echo(f"{email} is {role}{f' of {unit}' if unit else ''}")

    _with_database(work)


@user.command("take-role")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.CITIZEN]))
@click.option("--unit", help="Code of the unit; for OFFICER and SUPERVISOR.")
def take_role_command(email: str, role: str, unit: str | None) -> None:
    """Take a role away from an account; whoever is connected with it loses it at once."""

    async def work() -> None:
        await Transactions().run(revoke_role, email=email, role=Role(role), unit=unit)
        click.echo(f"{email} is no longer {role}{f' of {unit}' if unit else ''}")

    _with_database(work)


@main.group()
def scores() -> None:
    """Hold the points against the log, and make their sums anew."""


@scores.command("verify")
def verify_scores() -> None:
    """Compare the ledger, the tallies and the boards with the log: silent when they agree, else a line a difference."""

    async def work() -> None:
        differences = 0

        def tell(line: str) -> None:
            nonlocal differences
            differences += 1
            click.echo(line)

        await verify(tell)
        if differences:
            raise click.exceptions.Exit(1)

    _with_database(work)


@scores.command("rebuild")
def rebuild_scores() -> None:
    """Make the tallies anew from the log, while the service runs, and tell of each that was wrong."""

    async def work() -> None:
        for key, difference in (await rebuild.rebuild(Transactions())).items():
            click.echo(f"mended tally {describe_key(key)}: {format_difference(difference)}")

    _with_database(work)


@main.command()
@click.option("--reports-per-minute", type=click.FloatRange(0.1), default=30, show_default=True)
@click.option("--duration", type=click.FloatRange(0), metavar="SECONDS", help="Until Ctrl-C when it is left out.")
@click.option("--past", type=click.IntRange(1, 3_650), metavar="DAYS", help="Write a history of so many days instead.")
@click.option("--reports-per-day", type=click.FloatRange(1), default=500, show_default=True, help="With --past.")
@click.option("--seed", default=1, show_default=True, help="The same seed is the same city, and the same history.")
def simulate(
    reports_per_minute: float, duration: float | None, past: int | None, reports_per_day: float, seed: int
) -> None:
    """Play a city: citizens, and officers of differing diligence, through the same actions as the API."""

    async def work() -> None:
        facts = await read_reference_data()
        if not facts.kelurahan:
            raise Line(NO_REFERENCE)
        gazetteer, stop, tell = Gazetteer(facts), asyncio.Event(), click.echo
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
        if past is None:
            present = LiveSimulation(reports_per_minute, stop, tell)
            await present.play(gazetteer, facts, _settings(), seed=seed, seconds=duration)
            return
        history = PastSimulation(datetime.now(UTC), past, reports_per_day, stop, tell)
        try:
            await history.write(gazetteer, facts, seed=seed)
        except NotFresh as refused:
            raise Line(str(refused)) from None

    with nullcontext() if past is None else run_inline():
        _with_database(work)


@main.command("print-schema")
def print_schema() -> None:
    """Print the GraphQL schema, as it is kept in schema/schema.graphql."""
    click.echo(make_schema().as_str())


def _settings(**given: Any) -> Settings:
    settings = read_settings(**given)
    # Workers are processes of their own and read the environment again.
    os.environ.update({name.upper(): str(value) for name, value in given.items() if value is not None})
    return settings


async def _count(url: str) -> None:
    """Fill the tallies of a database that is older than they are."""
    async with database(url):
        if await rebuild.is_needed():
            click.echo(f"counted the log: {len(await rebuild.rebuild(Transactions()))} tallies")


def _with_database(work: Callable[[], Awaitable[None]]) -> None:
    settings = _settings()

    async def run() -> None:
        async with database(settings.database_url):
            await _require_migrated()
            await work()

    try:
        asyncio.run(run())
    except Refusal as refusal:
        raise Line(f"{'.'.join(refusal.field)}: {refusal.text(Locale.EN)}") from None
    except ReferenceDataError as error:
        raise Line(str(error)) from None


async def _check_ready(settings: Settings) -> None:
    async with database(settings.database_url):
        await _require_migrated()
        if not (await read_reference_data()).kelurahan:
            raise Line(NO_REFERENCE)


async def _require_migrated() -> None:
    missing = await pending_migrations()
    if missing:
        raise Line(f"the database lacks {', '.join(missing)}: run `tanggap migrate`")


if __name__ == "__main__":
    main()
