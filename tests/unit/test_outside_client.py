"""The client for systems outside calls public addresses only, however they are written."""

import httpx
import pytest

from outbox.client import AddressRefused, Refused, is_public, outside_client, parse_networks, public_address

pytestmark = pytest.mark.anyio

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 # an address that must be refused
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "ff02::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_of_a_private_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "103.109.206.1", "2606:4700:4700::1111"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_operator_allows_just_the_networks_that_are_named() -> None:
    allowed = parse_networks("10.1.0.0/16, fd00:1::/32")
    assert is_public("10.1.2.3", allowed)
    assert is_public("fd00:1::5", allowed)
    assert not is_public("10.2.0.1", allowed)
    with pytest.raises(ValueError, match=r"10\.1\.0\.0/99"):
        parse_networks("10.1.0.0/99")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "0"])
async def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    async with outside_client(()) as client:
        with pytest.raises(Refused, match="not a public address"):
            await client.get(f"http://{host}:9/")


async def test_name_that_leads_nowhere_is_an_error_of_the_connection() -> None:
    async with outside_client(()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://tidak-ada.invalid/")
    with pytest.raises(AddressRefused):
        await public_address("localhost", 80)


async def test_trusted_origin_alone_may_be_in_a_private_network() -> None:
    async with outside_client((), trusted="http://127.0.0.1:9") as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:9/")
        for other in ("http://127.0.0.1:10/", "https://127.0.0.1:9/", "http://127.0.0.2:9/"):
            with pytest.raises(Refused, match="not a public address"):
                await client.get(other)
