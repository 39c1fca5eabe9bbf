"""Staff sign in at `oidc-provider`, the certified OpenID Connect provider for Node."""

import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.backends import free_port
from tests.city import in_process
from tests.interop.apps import FOLDER
from tests.providers import code_in, oidc_settings, process, redeemed, started
from tests.wire import GAMBIR

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.xdist_group("interop")]

PERSON = {
    "sub": "siti",
    "name": "Siti",
    "email": "siti@contoh.id",
    "email_verified": True,
    "groups": ["/petugas/" + GAMBIR],
}
NODE = 20
"""Lowest major version of Node that the provider needs."""

CALLBACK = "http://tanggap/auth/oidc/callback"


@pytest.fixture
def modern_node(node: str) -> str:
    """Path of Node, if it is one on which the provider runs."""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < NODE:
        pytest.skip(f"node is {version.strip()}, older than {NODE}: the certified provider was not tried")
    return node


async def visit(browser: httpx.AsyncClient, address: str) -> str:
    """Sign in and consent in the forms of the provider, and return the address to which it leads back."""
    while True:
        response = await browser.get(address)
        if response.status_code == 200:
            (form,) = re.findall(r'<form[^>]* action="([^"]+)"', response.text)
            (prompt,) = re.findall(r'name="prompt" value="(\w+)"', response.text)
            filled = {"prompt": prompt, "login": PERSON["sub"], "password": "x"}
            response = await browser.post(str(response.url.join(form)), data=filled)
        assert response.has_redirect_location, response.text
        address = str(response.url.join(response.headers["location"]))
        if address.startswith(CALLBACK):
            return address


async def test_certified_provider_signs_staff_in(modern_node: str, sqlite_city_url: str, tmp_path: Path) -> None:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    settings = oidc_settings(issuer, oidc_scopes="openid profile email groups")
    command = (modern_node, str(FOLDER / "provider.mjs"), str(port), CALLBACK, json.dumps(PERSON))
    async with (
        process(*command, url=f"{issuer}/.well-known/openid-configuration"),
        in_process(sqlite_city_url, tmp_path / "media", **settings) as city,
        httpx.AsyncClient() as browser,
    ):
        back = await visit(browser, await started(city.http))
        response = await redeemed(city.http, code_in(await city.http.get(back)))
        caller = city.anyone()
        caller.token = response.json()["session"]["accessToken"]
        answer = await caller.ask("{ viewer { email memberships { role unit { ... on Kelurahan { code } } } } }")
        assert answer["viewer"] == {
            "email": "siti@contoh.id",
            "memberships": [{"role": "CITIZEN", "unit": None}, {"role": "OFFICER", "unit": {"code": GAMBIR}}],
        }
        assert (await city.http.get(back)).status_code == 403  # the provider takes a code once
        other = await visit(browser, await started(city.http))
        stranger = await visit(browser, await started(city.http, code_challenge="c" * 43))
        swapped = httpx.URL(other).copy_set_param("code", httpx.URL(stranger).params["code"])
        assert (await city.http.get(str(swapped))).status_code == 403  # a code of another sign-in: PKCE
