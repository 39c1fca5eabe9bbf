"""The commands for systems outside: `tanggap agency`, `tanggap webhook` and `tanggap oidc`.

Their pages are docs/agencies.md, docs/webhooks.md and docs/accounts.md.
"""

import asyncio
import secrets
from base64 import b64encode
from typing import IO
from urllib.parse import urlsplit

import click

from actions.forwarding import Connection, connect, disconnect
from actions.hooks import NewHook, add_hook, remove_hook, replay
from actions.transaction import Transactions
from app.command_line import CommandError, current_settings, say, with_database
from app.oidc import provider_client, redirect_uri
from app.oidc_provider import Discovery, Provider, ProviderError
from models.log import ReportEventKind
from models.outbox import AGENCY, HOOK, Protocol
from models.reference.gazetteer import Gazetteer
from outbox.client import AddressRefused, public_address
from queries.outbox import summaries
from queries.reference import read_reference_data
from rules.routing import AgencyKind


@click.group()
def agency() -> None:
    """Connect agencies outside, which then get the reports that they handle."""


@agency.command("connect")
@click.argument("code")
@click.option(
    "--open311", metavar="URL", help="Address of an Open311 GeoReport v2 server, up to before /requests.json."
)
@click.option("--webhook", "hook", metavar="URL", help="Address that gets each report as a signed webhook.")
@click.option(
    "--key-file",
    type=click.File(errors="replace"),
    help="File with the API key that the Open311 server gave.",
)
@click.option("--jurisdiction", help="The jurisdiction_id that the Open311 server wants.")
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="CATEGORY=CODE",
    help="The agency's code for a category. Repeatable.",
)
@with_database
async def connect_agency(
    code: str,
    open311: str | None,
    hook: str | None,
    key_file: IO[str] | None,
    jurisdiction: str | None,
    services: tuple[str, ...],
) -> None:
    """Connect an agency, or change how it is reached. What waited is sent, the oldest first.

    Prints the secret with which the agency signs its answers, and with which webhooks to it are signed.
    """
    if (open311 is None) == (hook is None):
        raise click.UsageError("name either --open311 URL or --webhook URL")
    if hook is not None and (key_file or jurisdiction or services):
        raise click.UsageError("--key-file, --jurisdiction and --service belong to --open311")
    gazetteer = Gazetteer(await read_reference_data())
    _require_external(gazetteer, code)
    address = await _checked_address("--open311" if hook is None else "--webhook", open311 or hook or "")
    secret, key = _new_secret(), "" if key_file is None else key_file.read().strip()
    new = Connection(
        agency=code,
        protocol=Protocol.WEBHOOK if open311 is None else Protocol.OPEN311,
        address=address.rstrip("/") if open311 else address,
        secret=secret if open311 is None else key,
        options={
            "updates_secret": secret,
            "jurisdiction": jurisdiction,
            "services": _services(gazetteer, services),
        },
    )
    waiting = await Transactions().run(connect, new)
    say(f"{code} is connected: {waiting} reports wait to be sent")
    say(f"secret of its answers to /agencies/{code}/updates, shown once: {secret}")


@agency.command("disconnect")
@click.argument("code")
@with_database
async def disconnect_agency(code: str) -> None:
    """Send nothing more to an agency. Its reports wait until it is connected again."""
    if not await Transactions().run(disconnect, code):
        raise CommandError(f"{code} is not connected")
    say(f"{code} is no longer connected: its reports wait")


@agency.command("list")
@with_database
async def list_agencies() -> None:
    """Print a line for each agency that is connected."""
    await _print_summaries(AGENCY)


@click.group()
def webhook() -> None:
    """Tell systems of the city what happens, by signed webhooks."""


@webhook.command("add")
@click.argument("name")
@click.option("--url", required=True, help="Address that gets each event.")
@click.option("--unit", "units", multiple=True, metavar="CODE", help="Only reports of this unit or place. Repeatable.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ReportEventKind if kind is not ReportEventKind.NOTED]),
    help="Only events of this kind. Repeatable.",
)
@with_database
async def add_webhook(name: str, url: str, units: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Add a webhook, from the next event on. Prints the secret that verifies its signatures."""
    gazetteer = Gazetteer(await read_reference_data())
    known = {*gazetteer.cities, *gazetteer.kecamatan, *gazetteer.kelurahan, *gazetteer.agencies}
    for unit in units:
        if unit not in known:
            raise CommandError(
                f"--unit: there is no unit {unit}; name the code of a kelurahan, kecamatan, city or agency"
            )
    secret = _new_secret()
    new = NewHook(name, await _checked_address("--url", url), secret, units, kinds)
    await Transactions().run(add_hook, new)
    say(f"webhook {name} gets every event from now on")
    say(f"secret, shown once: {secret}")


@webhook.command("remove")
@click.argument("name")
@with_database
async def remove_webhook(name: str) -> None:
    """Remove a webhook, with what is still to be sent to it."""
    await Transactions().run(remove_hook, name)
    say(f"webhook {name} is removed")


@webhook.command("replay")
@click.argument("name")
@click.option("--after", "cursor", required=True, help="The `cursor` of the last event that is not wanted again.")
@with_database
async def replay_webhook(name: str, cursor: str) -> None:
    """Send all events after a cursor again, in order and under the ids that they had."""
    await Transactions().run(replay, name, cursor)
    say(f"webhook {name} gets the events after the cursor again")


@webhook.command("list")
@with_database
async def list_webhooks() -> None:
    """Print a line for each webhook."""
    await _print_summaries(HOOK)


async def _print_summaries(prefix: str) -> None:
    for each in await summaries(prefix):
        rest = (
            ""
            if each.next_try_at is None
            else f" failures={each.failures} next_try={each.next_try_at:%Y-%m-%d %H:%M:%SZ}"
        )
        error = "" if each.last_error is None else f" last_error={each.last_error!r}"
        name = each.name.removeprefix(prefix)
        say(f"{name} {each.protocol.lower()} {each.address} waiting={each.waiting} failed={each.failed}{rest}{error}")


def _new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def _require_external(gazetteer: Gazetteer, code: str) -> None:
    external = sorted(each.code for each in gazetteer.agencies.values() if each.kind is AgencyKind.EXTERNAL)
    if code not in external:
        raise CommandError(f"{code}: not an external agency; those are {', '.join(external)}")


def _services(gazetteer: Gazetteer, given: tuple[str, ...]) -> dict[str, str]:
    services = {}
    for each in given:
        category, is_pair, code = each.partition("=")
        if not is_pair or not code or category not in gazetteer.categories:
            raise CommandError(f"--service: {each}: write CATEGORY=CODE, with the code of a category here")
        services[category] = code
    return services


async def _checked_address(option: str, url: str) -> str:
    """Return an address that may be called. Raises CommandError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in {"http", "https"}:
        raise CommandError(f"{option}: {url}: write an address that starts with https:// or http://")
    try:
        async with asyncio.timeout(5):
            await public_address(host, port or 443, current_settings().networks)
    except AddressRefused as error:
        raise CommandError(f"{option}: {error}") from None
    except OSError as error:
        raise CommandError(f"{option}: the host {host} is not known: {error.strerror}") from None
    return url


@click.group()
def oidc() -> None:
    """Check the identity provider of staff."""


@oidc.command("check")
def check_oidc() -> None:
    """Ask the identity provider what a sign-in needs, and print the addresses to register and to compare."""
    settings = current_settings()
    provider = settings.provider
    if provider is None:
        raise CommandError("OIDC_ISSUER is not set: there is no identity provider")

    async def ask() -> Discovery:
        async with provider_client(provider, settings.networks) as client:
            return await Provider(provider, client, redirect_uri(settings.public_url)).check()

    try:
        found = asyncio.run(ask())
    except ProviderError as error:
        raise CommandError(f"OIDC_ISSUER: {error.reason}. Staff cannot sign in until it answers as it should") from None
    say(f"redirect address to register there: {redirect_uri(settings.public_url)}")
    say(f"people sign in at: {found.authorization}")
