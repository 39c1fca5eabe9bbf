"""The command `tanggap`."""

import asyncio
import signal
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from actions import api_keys, rebuild
from actions.accounts import credentials, grant_role, revoke_role
from actions.epoch import begin_epoch
from actions.identities import unlink
from actions.recovery import Post, request_reset
from actions.reference import change, replace_days_off, with_own_tables
from actions.sweeps import end_sweep
from actions.transaction import Transactions
from app.command_line import (
    CommandError,
    current_settings,
    naming_database,
    readable,
    require_migrated,
    require_pages,
    say,
    with_database,
)
from app.documents import documents, require_right
from app.import_files import ImportFile, ImportFileError, import_file, read_mapping
from app.looking import record_looks
from app.media_store import media_store
from app.outside import agency, oidc, webhook
from app.schema import make_schema
from app.server import serve_forever
from app.settings import Settings, SettingsError
from app.sweeper import count_served, sweep
from media.bucket import BucketError
from media.processing import ProcessedPhoto
from models.accounts import Account
from models.database import database, is_sqlite, log_head, migrate
from models.letters import AccountLetter
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData, bundled, read_areas, read_days_off
from models.reference.tables import read_tables
from queries import log_audit
from queries.api_keys import all_keys
from queries.letters import waiting_letter
from queries.reference import read_reference_data
from queries.score_audit import verify
from queries.score_histories import describe_key
from rules.access import Role
from rules.api_keys import digest_of, new_key
from rules.checkpoints import Checkpoint, CheckpointError
from rules.emails import normal_email
from rules.languages import Locale
from rules.messages import Message
from rules.pictures import Look
from rules.refusals import ErrorCode, Refusal
from rules.scoring.reconciliation import format_difference
from simulation.fill import fill
from simulation.past import NotFresh, PastSimulation
from simulation.present import LiveSimulation
from simulation.sqlite_speed import run_inline

FILL_NEEDS_POSTGRES = "--fill needs PostgreSQL: set DATABASE_URL to postgres://..., or write a history with --past"
LOG_DIFFERS = (
    "the log was rewritten, or its tree is damaged: change nothing, keep this database, and compare it with a backup "
    "(docs/operating.md, The published log)"
)
NO_REFERENCE = "the database has no reference data yet: run `tanggap load-reference`"


class Commands(click.Group):
    """The group of all commands. None shows a traceback for a problem that an operator can fix."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Report an invalid setting in one line."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise CommandError(str(error)) from None


class CommandMedia:
    """The store of the photos, which a command names when no photo can be written there."""

    def __init__(self, settings: Settings) -> None:
        self._store = media_store(settings)
        self._settings = settings

    def require_writable(self) -> None:
        """Create the folder if it is missing. Raises CommandError if no file can be written."""
        with self._naming():
            self._store.require_writable()

    def add(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Store a photo. Raises CommandError when the store fails."""
        with self._naming():
            return self._store.add(name, raw)

    def link(self, name: str, original: str) -> None:
        """Let a photo have the files of a stored one. Raises CommandError when the store fails."""
        with self._naming():
            self._store.link(name, original)

    def look(self, name: str, digest: str) -> Look | None:
        """Return the look of a photo from its files. Raises CommandError when the store fails."""
        with self._naming():
            return self._store.look(name, digest)

    def delete(self, *photos: str) -> None:
        """Delete the files of photos. Raises CommandError when the store fails."""
        with self._naming():
            self._store.delete(*photos)

    def old_incoming(self, until: datetime) -> list[str]:
        """Return where old incoming files are. Raises CommandError when the store fails."""
        with self._naming():
            return self._store.old_incoming(until)

    def delete_incoming(self, until: datetime) -> int:
        """Delete old incoming files. Raises CommandError when the store fails."""
        with self._naming():
            return self._store.delete_incoming(until)

    @contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except BucketError as error:
            raise CommandError(
                f"MEDIA_URL: no photo can be kept in {self._settings.media_url}: {error.strerror}. {error.advice}"
            ) from None
        except OSError as error:
            raise CommandError(
                f"MEDIA_DIR: no photo can be written to {self._settings.media_dir}: {error.strerror}. "
                "Set it to a folder with free space that this user may write to"
            ) from None


@click.group(cls=Commands)
def main() -> None:
    """Tanggap: a city answers its citizens. Settings come from the environment; see docs/operating.md."""


@main.command()
@click.option("--host", help="Address to listen on (HOST).")
@click.option("--port", type=int, help="Port to listen on (PORT).")
@click.option("--workers", type=int, help="Number of processes (WORKERS). More than one needs redis:// or postgres://.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API."""
    settings = current_settings(host=host, port=port, workers=workers)
    _media(settings)
    require_pages()
    manifest = settings.manifest()
    if manifest is not None:
        require_right("TRUSTED_DOCUMENTS", manifest, settings)
    with naming_database():
        asyncio.run(_require_ready(settings))
    serve_forever(settings)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    settings = current_settings()
    with naming_database():
        asyncio.run(migrate(settings.database_url, tell=say))
        asyncio.run(_fill_tallies(settings.database_url))
    say("the tables are up to date")


@main.command("load-reference")
@click.option(
    "--areas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoJSON file of official boundaries, with the property `code`.",
)
@click.option(
    "--days-off",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file of all days off, as the bundled days_off.csv. They replace those that are loaded.",
)
@click.option(
    "--tables",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with changed tables, named and built as the bundled ones. Each replaces the bundled one from then on.",
)
@with_database
async def load_reference(areas: Path | None, days_off: Path | None, tables: Path | None) -> None:
    """Load Jakarta's kelurahan, agencies, categories and days off, also while the city goes on."""
    given: dict[str, tuple[Any, ...]] = {}
    if tables is not None:
        with readable("--tables", tables):
            given = read_tables(tables, await read_reference_data())
    facts, days = await with_own_tables(bundled(), given), None
    if days_off is not None:
        with readable("--days-off", days_off):
            days = read_days_off(days_off)
    if areas is not None:
        codes = {fact.code for fact in facts.kelurahan}
        with readable("--areas", areas):
            facts = replace(facts, areas=read_areas(areas, codes))
    changed = await change(Transactions(), facts, given, say)
    if days is not None:
        changed = await Transactions().run(replace_days_off, days) or changed
    counts = (
        f"{len(facts.kelurahan)} kelurahan, {len(facts.agencies)} agencies, {len(facts.categories)} categories, "
        f"{len((await read_reference_data()).days_off)} days off"
    )
    say(f"{'loaded' if changed else 'already there:'} {counts}")


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file that says what the columns, categories, statuses and moments of FILE mean: docs/import.md.",
)
@with_database
async def import_reports(file: Path, mapping: Path) -> None:
    """Import the reports of another system from FILE, a CSV file. Those that are there already are left out.

    Rows that are not right go to FILE.rejected.csv with the reasons. Corrected, that file can be imported too.
    """
    gazetteer, _ = await _read_city()
    rejected = file.with_suffix(".rejected.csv")
    try:
        with readable("FILE", file):
            meaning = read_mapping(mapping, gazetteer)
            rows = ImportFile(file, meaning, gazetteer, datetime.now(UTC))
            with click.progressbar(length=rows.size, label=file.name, file=sys.stderr) as bar:
                found = await import_file(Transactions(), rows, rejected, bar.update)
    except ImportFileError as error:
        raise CommandError(str(error)) from None
    say(f"imported {found.added} reports; {found.known} were there already; {found.rejected} rows are not right")
    if found.rejected:
        say(f"{rejected} has these rows with the reasons: correct them there, and import that file")
        raise click.exceptions.Exit(1)


@main.command("new-epoch")
@with_database
async def new_epoch() -> None:
    """Start a new epoch after restoring a backup: old cursors are refused, and clients reload."""
    say(f"the log's epoch is now {await begin_epoch()}: old cursors are refused, and clients reload")


@main.group()
def user() -> None:
    """Manage accounts and roles."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--password", hidden=True, help="Visible in the process list: for older scripts only.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--unit", help="Code of a kelurahan, kecamatan, city or agency; for OFFICER and SUPERVISOR.")
@click.option("--name", help="Name among staff, which officer boards show. Without it they show a code.")
def add_user(email: str, password: str | None, role: str, unit: str | None, name: str | None) -> None:
    """Grant a role to an account and set its password. Create the account if it does not exist.

    The password is asked for, or read from standard input if that is not a terminal: 10 to 128 characters. A new
    password ends all sessions of the account.
    """
    if password is not None:
        click.echo("Warning: --password is visible in the process list. Leave it out to be asked for it.", err=True)
    _add_user(email, _read_password() if password is None else password, role, unit, name)


@with_database
async def _add_user(email: str, password: str, role: str, unit: str | None, name: str | None) -> None:
    gazetteer = Gazetteer(await read_reference_data())
    await Transactions().run(grant_role, gazetteer, await credentials(email, password), Role(role), unit, name)
    say(f"{email} is {role}{f' of {unit}' if unit else ''}")


@user.command("take-role")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.CITIZEN]))
@click.option("--unit", help="Code of the unit; for OFFICER and SUPERVISOR.")
@with_database
async def take_role_command(email: str, role: str, unit: str | None) -> None:
    """Revoke a role of an account, for its open connections too."""
    await Transactions().run(revoke_role, email=email, role=Role(role), unit=unit)
    say(f"{email} is no longer {role}{f' of {unit}' if unit else ''}")


@user.command("link")
@click.option("--email", help="Address of an account: print a link by which its owner chooses a new password.")
@click.option("--number", type=click.IntRange(1, 2**63 - 1), help="Number of a link that the log of the server names.")
@with_database
async def print_link(email: str | None, number: int | None) -> None:
    """Print a link of an account, to be passed on to its owner: where no e-mail is set up, or none arrives.

    Be sure of whom you give it to: it lets them take the account. A link for a new password works for an hour.
    """
    if (email is None) == (number is None):
        raise click.UsageError("give either --email or --number")
    letter = await (_new_reset(email or "") if number is None else _waiting_link(number))
    click.echo(f"link for {letter.email}, until {letter.expires_at:%Y-%m-%d %H:%M} UTC:", err=True)
    say(current_settings().link_writer().link(letter))


@user.command("unlink")
@click.option("--email", required=True, help="Address of the account.")
@with_database
async def unlink_command(email: str) -> None:
    """Forget who signs in to an account at the identity provider, and end its sessions.

    Anyone who has the same address there, verified, gets the account at their next sign-in. Use it for somebody whose
    account there was created again.
    """
    await Transactions().run(unlink, email)
    say(f"nobody of the identity provider has the account of {email} any more")


async def _new_reset(email: str) -> AccountLetter:
    """Write a letter by which the owner of an address chooses a password. Raises Refusal NOT_FOUND, RATE_LIMITED."""
    address = normal_email(email, "email")
    if not await Account.filter(email=address).exists():
        raise Refusal(ErrorCode.NOT_FOUND, Message.ACCOUNT_UNKNOWN, "email")
    letter_id = await Transactions().run(request_reset, address, Post(is_mailed=False, locale=Locale.ID))
    if letter_id is None:
        raise Refusal(ErrorCode.RATE_LIMITED, Message.LETTERS_ENOUGH, "email")
    return await _waiting_link(letter_id)


async def _waiting_link(number: int) -> AccountLetter:
    """Return the letter with a number. Raises Refusal NOT_FOUND for one without a link that still works."""
    letter = await waiting_letter(number, datetime.now(UTC))
    if letter is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.LETTER_UNKNOWN, "number", number=number)
    return letter


@main.group("api-key")
def api_key() -> None:
    """Manage the keys of applications that file reports over Open311."""


@api_key.command("create")
@click.option("--name", required=True, help="Name of the application, under which its reports are shown.")
@with_database
async def create_api_key(name: str) -> None:
    """Create a key, and print it: it is kept nowhere. Another key for the same name does not end the first one."""
    key = new_key()
    number = await Transactions().run(api_keys.create, name, digest_of(key))
    click.echo(f"key {number} of {name}. This is the only time that it is shown:", err=True)
    say(key)


@api_key.command("list")
@with_database
async def list_api_keys() -> None:
    """List the keys, without what is secret."""
    for key in await all_keys():
        ended = "in use" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC"
        say(f"{key.number}  {key.name}  created {key.created_at:%Y-%m-%d %H:%M} UTC  {ended}")


@api_key.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@with_database
async def revoke_api_key(number: int) -> None:
    """Revoke the key with a NUMBER of the list, at once and for ever."""
    await Transactions().run(api_keys.revoke, number)
    say(f"key {number} is revoked")


@main.group()
def scores() -> None:
    """Check the points against the log, and rebuild their tallies."""


@scores.command("verify")
@with_database
async def verify_scores() -> None:
    """Compare ledger, tallies and boards with the log. Print a line per difference, nothing when they agree."""
    differences: list[str] = []

    def report(line: str) -> None:
        differences.append(line)
        say(line)

    await verify(report)
    if differences:
        raise click.exceptions.Exit(1)


@scores.command("rebuild")
@with_database
async def rebuild_scores() -> None:
    """Rebuild tallies, cells of the map and counts of reports, while the service runs. Print the corrections."""
    for key, difference in (await rebuild.rebuild(Transactions())).items():
        say(f"corrected tally {describe_key(key)}: {format_difference(difference)}")
    cells = await rebuild.rebuild_cells(Transactions())
    if cells:
        say(f"corrected {cells} cells of the map")
    counts = await rebuild.rebuild_counts(Transactions())
    if counts:
        say(f"corrected {counts} counts of reports")


@main.command("fingerprint-photos")
@with_database
async def fingerprint_photos() -> None:
    """Fingerprint photos from before there were fingerprints, so that no proof can show them again."""
    await record_looks(Transactions(), CommandMedia(current_settings()).look, say)


@main.group()
def retention() -> None:
    """Delete personal data that have served."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
@with_database
async def run_retention(*, dry_run: bool) -> None:
    """Do now what the service does once an hour, also while it runs. May be stopped and run again."""
    settings = current_settings()
    store, periods, transactions = CommandMedia(settings), settings.retention, Transactions()
    if dry_run:
        counts = await count_served(transactions, store, periods)
    else:
        counts = await sweep(transactions, store, periods, lambda name, number: say(f"{name}: {number} deleted"))
        await transactions.run(end_sweep)
    width = max(map(len, counts))
    for name, number in counts.items():
        say(f"{name:{width}}  {number:>9}")


@main.group()
def log() -> None:
    """Check the published log, and print its key."""


@log.command("verify")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody kept: the output of tools/verify_log.py, or of /log/checkpoint.",
)
@with_database
async def verify_log(kept: Path | None) -> None:
    """Compare the events with the published log. Print a line per difference, nothing when they agree."""
    differences: list[str] = []

    def report(line: str) -> None:
        differences.append(line)
        say(line)

    await log_audit.verify(report, None if kept is None else _read_checkpoint(kept))
    if differences:
        say(LOG_DIFFERS)
        raise click.exceptions.Exit(1)


@log.command("key")
@click.option("--seed", is_flag=True, help="Print the secret seed instead, for LOG_KEY.")
@with_database
async def print_log_key(seed: bool) -> None:
    """Print the public key of the published log, for all who verify it."""
    settings = current_settings()
    say(b64encode(settings.log_seed()).decode() if seed else settings.log_signer().verifier((await log_head()).epoch))


main.add_command(agency)
main.add_command(documents)
main.add_command(oidc)
main.add_command(webhook)


@main.command()
@click.option("--reports-per-minute", type=click.FloatRange(0.1), default=30, show_default=True)
@click.option("--duration", type=click.FloatRange(0), metavar="SECONDS", help="Until Ctrl-C when left out.")
@click.option("--past", type=click.IntRange(1, 3_650), metavar="DAYS", help="Write a history of the last DAYS instead.")
@click.option("--fill", "reports", type=click.IntRange(1), metavar="N", help="Write N reports of a year instead.")
@click.option("--reports-per-day", type=click.FloatRange(1), default=500, show_default=True, help="With --past.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same city and the same history.")
def simulate(
    reports_per_minute: float,
    duration: float | None,
    past: int | None,
    reports: int | None,
    reports_per_day: float,
    seed: int,
) -> None:
    """Simulate a city: citizens, and offices of varying diligence, through the same actions as the API.

    With --fill the rows are written directly instead, into an empty PostgreSQL database: millions in minutes.
    """
    if past is not None and reports is not None:
        raise click.UsageError("--past and --fill exclude each other: choose one")
    if reports is not None:
        _simulate_fill(reports, seed)
    elif past is not None:
        with run_inline():
            _simulate_past(past, reports_per_day, seed)
    else:
        _simulate_live(reports_per_minute, duration, seed)


@with_database
async def _simulate_live(per_minute: float, duration: float | None, seed: int) -> None:
    gazetteer, facts = await _read_city()
    settings = current_settings()
    pictures = _media(settings)
    simulation = LiveSimulation(per_minute, _stop_on_interrupt(), say)
    await simulation.run(
        gazetteer,
        facts,
        broadcast_url=settings.broadcast_url,
        store_photo=pictures.add,
        seed=seed,
        seconds=duration,
    )


@with_database
async def _simulate_past(days: int, per_day: float, seed: int) -> None:
    gazetteer, facts = await _read_city()
    simulation = PastSimulation(datetime.now(UTC), days, per_day, _stop_on_interrupt(), say)
    try:
        await simulation.write(gazetteer, facts, seed=seed)
    except NotFresh as error:
        raise CommandError(str(error)) from None


def _simulate_fill(reports: int, seed: int) -> None:
    settings = current_settings()
    if is_sqlite(settings.database_url):
        raise CommandError(FILL_NEEDS_POSTGRES)
    try:
        with naming_database():
            asyncio.run(_require_ready(settings))
            pictures = _media(settings)
            asyncio.run(fill(settings.database_url, reports, seed=seed, pictures=pictures, tell=say))
    except NotFresh as error:
        raise CommandError(str(error)) from None


@main.command("print-schema")
def print_schema() -> None:
    """Print the GraphQL schema, as in schema/schema.graphql."""
    say(make_schema().as_str())


def _read_checkpoint(file: Path) -> Checkpoint:
    """Read a checkpoint that somebody kept. Raises CommandError for another file. A foreign signature is a warning."""
    with readable("--checkpoint", file):
        note = file.read_text(errors="replace")
    try:
        checkpoint = Checkpoint.from_note(note)
    except CheckpointError as error:
        raise CommandError(f"--checkpoint: {file}: {error}") from None
    if not current_settings().log_signer().has_signed(note):
        click.echo("Warning: the checkpoint is not signed by the present key; it is compared all the same.", err=True)
    return checkpoint


def _media(settings: Settings) -> CommandMedia:
    """Return the store of the photos. Raises CommandError if no photo can be written there."""
    store = CommandMedia(settings)
    store.require_writable()
    return store


def _read_password() -> str:
    """Ask for a password twice, or read it from a line of standard input. Raises CommandError if it is not in UTF-8."""
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandError("password: it must be in UTF-8") from None


def _stop_on_interrupt() -> asyncio.Event:
    """Return an event that Ctrl-C sets."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    return stop


async def _read_city() -> tuple[Gazetteer, ReferenceData]:
    """Return the reference data. Raises CommandError when there are none."""
    facts = await read_reference_data()
    if not facts.kelurahan:
        raise CommandError(NO_REFERENCE)
    return Gazetteer(facts), facts


async def _fill_tallies(url: str) -> None:
    """Build the tallies of a database that is older than them."""
    async with database(url):
        if await rebuild.is_needed():
            say(f"counted the log: {len(await rebuild.rebuild(Transactions()))} tallies")


async def _require_ready(settings: Settings) -> None:
    """Raise CommandError unless the database is migrated and has reference data."""
    async with database(settings.database_url):
        await require_migrated()
        await _read_city()


if __name__ == "__main__":
    main()
