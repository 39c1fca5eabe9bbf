"""Identity providers for the tests, over real HTTP: one that answers as a test wants, and the mock of PyPI."""

import asyncio
import json
import secrets
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from rules.oidc import challenge_of
from tests.backends import free_port
from tests.wire import DEADLINE

CLIENT, CLIENT_SECRET = "tanggap", "rahasia:dengan/tanda"
APP = "https://meja.contoh.id/masuk"
VERIFIER = "v" * 43


def oidc_settings(issuer: str, **others: Any) -> dict[str, Any]:
    """Return the settings of a service whose staff sign in at a provider."""
    return {
        "public_url": "http://tanggap",
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_roles": "ruang-kendali=ADMIN, /petugas/{unit}=OFFICER:{unit}, dlh=SUPERVISOR:DLH",
        "oidc_return_urls": f"{APP}, tanggap://masuk",
        **others,
    }


async def started(http: httpx.AsyncClient, **given: str) -> str:
    """Begin a sign-in in a browser, and return the address of the provider."""
    response = await http.get("/auth/oidc/start", params={"code_challenge": challenge_of(VERIFIER)} | given)
    assert response.status_code == 302, response.text
    return response.headers["location"]


def code_in(response: httpx.Response) -> str:
    """Return the code of the app, in the fragment of the address to which a sign-in returns."""
    assert response.status_code == 303, response.text
    address = urlsplit(response.headers["location"])
    assert (address.query, f"{address.scheme}://{address.netloc}{address.path}") == ("", APP)
    return parse_qs(address.fragment)["code"][0]


async def redeemed(http: httpx.AsyncClient, code: str, token: str | None = None, /, **given: Any) -> httpx.Response:
    """Exchange a code as an app does."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await http.post(
        "/auth/oidc/session", json={"code": code, "code_verifier": VERIFIER} | given, headers=headers
    )


@dataclass
class Key:
    """A key of the provider."""

    kid: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def public(self) -> dict[str, Any]:
        numbers: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return numbers | {"kid": self.kid, "use": "sig", "alg": "RS256"}


FIRST = Key("satu")


@dataclass
class Forger:
    """A provider that signs in whom a test wants, and answers what a test wants.

    `person`: the claims of who signs in next. `changes`: of claims of the next ID tokens, None to leave one out.
    `forge` makes the next ID tokens from their claims. `answers`: instead of those of an endpoint, by its path.
    """

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "siti"})
    changes: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    keys: list[Key] = field(default_factory=lambda: [FIRST])
    answers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        }

    def sign(self, claims: dict[str, Any], algorithm: str = "RS256", **header: Any) -> str:
        key = self.keys[-1]
        return jwt.encode(claims, key.private, algorithm, {"kid": key.kid} | header)

    def routes(self) -> list[Route]:
        endpoints = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/jwks": self._jwks,
            "/userinfo": self._userinfo,
        }
        return [Route(path, self._answering(path, each), methods=["GET", "POST"]) for path, each in endpoints.items()]

    def _answering(self, path: str, endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.asked[path] += 1
            if path in self.answers:
                given = self.answers[path]()
                response: Response = given if isinstance(given, Response) else await given
                return response
            result: Response = await endpoint(request)
            return result

        return answer

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(self.discovery())

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        given = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(given)}", 302)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        basic = b64encode(f"{CLIENT}:rahasia%3Adengan%2Ftanda".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(given["code"], None)
        if (
            asked is None
            or challenge_of(given["code_verifier"]) != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"sub": self.person["sub"]} | self.changes
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.sign(claims) if self.forge is None else self.forge(claims)
        return JSONResponse({"token_type": "Bearer", "access_token": "a", "expires_in": 300, "id_token": token})

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [key.public for key in self.keys]})

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer a"
        return JSONResponse(self.person)

    async def visit(self, address: str) -> str:
        """Sign in at the provider, as a browser does, and return the address to which it leads back."""
        async with httpx.AsyncClient() as browser:
            response = await browser.get(address)
        assert response.status_code == 302, response.text
        return response.headers["location"]


@asynccontextmanager
async def forger() -> AsyncIterator[Forger]:
    """Run a provider that answers as a test wants."""
    provider = Forger()
    config = uvicorn.Config(Starlette(routes=provider.routes()), port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(DEADLINE):
            while not server.started:  # uvicorn has no event for it
                await asyncio.sleep(0.005)
        provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield provider
    finally:
        server.should_exit = server.force_exit = True
        await serving


@asynccontextmanager
async def process(*command: str, url: str) -> AsyncIterator[None]:
    """Run a provider in a process of its own, until it answers at an address."""
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(DEADLINE), httpx.AsyncClient() as http:
            while True:
                assert running.returncode is None, "the provider stopped while it started"
                try:
                    if (await http.get(url)).status_code == 200:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield
    finally:
        running.kill()
        await running.wait()


@asynccontextmanager
async def mock_provider(**person: Any) -> AsyncIterator[str]:
    """Run `oidc-provider-mock` with one person, and return its issuer."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    claims = ("--user-claims", json.dumps(person))
    command = (sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *claims)
    async with process(*command, url=f"{issuer}/.well-known/openid-configuration"):
        yield issuer
