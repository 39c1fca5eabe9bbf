"""The identity provider of staff, as it is called: discovery, keys, and the exchange of a code for a checked token."""

import asyncio
import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode, urlsplit

import httpx
import jwt
import orjson

from app.oidc_settings import ProviderSettings
from outbox.client import call
from rules.oidc import LONGEST_SUBJECT, Flow

logger = logging.getLogger("tanggap.oidc")

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""Signatures that only the provider can make. Never `none`, nor HS256, for which a public key would do."""

KEPT_FOR: Final = 3_600.0
"""Seconds for which discovery and keys are kept: a key that the provider withdraws is refused after that time."""

ASKED_AGAIN: Final = 30.0
"""Least seconds between two requests for keys: tokens with unknown keys cannot make us ask more often."""

FAILED_FOR: Final = 5.0
"""Seconds for which a discovery that failed is not tried again."""

PATIENCE: Final = 15.0
"""Seconds for the whole exchange of a code."""


class Trouble(Enum):
    """The sort of a failure: no answer, a wrong answer, a refusal, or a token that does not hold."""

    AWAY = "away"
    BROKEN = "broken"
    DECLINED = "declined"
    INVALID = "invalid"


class ProviderError(Exception):
    """A sign-in at the provider failed. The text, of one line, is for the operator, and has nothing of the person."""

    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble, self.reason = trouble, " ".join(reason.split())


@dataclass(frozen=True, slots=True)
class Discovery:
    """The provider's description of itself (OpenID Connect Discovery, 3). `userinfo`: empty if there is none."""

    authorization: str
    token: str
    jwks: str
    userinfo: str
    says_issuer: bool
    posts_secret: bool


class Provider:
    """The identity provider. Discovery and keys are read when they are needed, and kept for KEPT_FOR."""

    def __init__(
        self,
        settings: ProviderSettings,
        client: httpx.AsyncClient,
        redirect_uri: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.settings, self.redirect_uri = settings, redirect_uri
        self._client, self._clock, self._lock = client, clock, asyncio.Lock()
        self._found: tuple[float, Discovery | ProviderError] | None = None
        self._keys: list[dict[str, Any]] = []
        self._keys_until = self._asked_from = clock()

    async def discover(self) -> Discovery:
        """Return what the provider says of itself. Raises ProviderError."""
        async with self._lock:
            if self._found is not None:
                at, found = self._found
                if self._clock() < at + (KEPT_FOR if isinstance(found, Discovery) else FAILED_FOR):
                    return found if isinstance(found, Discovery) else _fail(found.trouble, found.reason)
            try:
                found = await self._discover()
            except ProviderError as error:
                self._found = self._clock(), error
                raise
            self._found = self._clock(), found
            return found

    async def check(self) -> Discovery:
        """Read discovery and keys, as a sign-in does. Raises ProviderError."""
        found = await self.discover()
        await self._read_keys(found)
        return found

    async def authorization_url(self, flow: Flow) -> str:
        """Return the address at which somebody signs in. Raises ProviderError."""
        found = await self.discover()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.settings.scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge_for_provider,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(found.authorization).query else "?"
        return f"{found.authorization}{joint}{urlencode(asked, quote_via=quote)}"

    async def claims(self, flow: Flow, code: str, issuer: str | None) -> Mapping[str, Any]:
        """Exchange a code, and return the checked claims of the person. `issuer`: as the answer named it (RFC 9207).

        Raises ProviderError.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.discover()
                if issuer != self.settings.issuer and (issuer is not None or found.says_issuer):
                    _fail(Trouble.INVALID, "the answer is of another issuer")
                tokens = await self._exchange(found, flow, code)
                claims = await self._verified(found, tokens.get("id_token"), flow.nonce)
                return await self._more(found, tokens.get("access_token"), claims)
        except TimeoutError:
            raise ProviderError(Trouble.AWAY, "no answer in time") from None

    async def _discover(self) -> Discovery:
        issuer = self.settings.issuer
        said = await self._json("GET", f"{issuer.removesuffix('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            _fail(Trouble.BROKEN, f"discovery names another issuer than OIDC_ISSUER: {said.get('issuer')!r:.100}")
        methods = said.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            _fail(Trouble.BROKEN, "the provider does not support PKCE with S256")
        ways = said.get("token_endpoint_auth_methods_supported")
        return Discovery(
            authorization=self._endpoint(said, "authorization_endpoint"),
            token=self._endpoint(said, "token_endpoint"),
            jwks=self._endpoint(said, "jwks_uri"),
            userinfo=self._endpoint(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
            says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            posts_secret=isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways,
        )

    def _endpoint(self, said: Mapping[str, Any], name: str) -> str:
        """Return an address of the provider: https, or http if the issuer itself is on this machine."""
        url = said.get(name)
        if not isinstance(url, str) or not url.startswith(("https://", self.settings.issuer.partition("//")[0] + "//")):
            _fail(Trouble.BROKEN, f"discovery has no valid {name}")
        return url

    async def _exchange(self, found: Discovery, flow: Flow, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": flow.verifier,
        }
        client_id, secret, auth = self.settings.client_id, self.settings.secret, None
        if secret and not found.posts_secret:
            auth = httpx.BasicAuth(quote(client_id, safe=""), quote(secret, safe=""))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": client_id} | ({"client_secret": secret} if secret else {})
        return await self._json("POST", found.token, data=form, auth=auth)

    async def _verified(self, found: Discovery, token: object, nonce: str) -> Mapping[str, Any]:
        """Return the claims of an ID token that holds (OpenID Connect Core, 3.1.3.7). Raises ProviderError."""
        if not isinstance(token, str):
            _fail(Trouble.BROKEN, "there is no ID token")
        with _holding():
            header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            _fail(Trouble.INVALID, "the ID token has an algorithm that is not allowed")
        key = await self._key(found, header.get("kid"), algorithm)
        with _holding():
            claims: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(key, algorithm),
                algorithms=[algorithm],
                audience=self.settings.client_id,
                issuer=self.settings.issuer,
                leeway=self.settings.skew,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        _require_ours(claims, self.settings.client_id)
        given = claims.get("nonce")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), nonce.encode()):
            _fail(Trouble.INVALID, "the ID token is of another sign-in")
        return claims

    async def _key(self, found: Discovery, kid: object, algorithm: str) -> dict[str, Any]:
        """Return the key of a token. One that is not known is asked for once, and not too often."""
        async with self._lock:
            key = self._known_key(kid, algorithm) if self._clock() < self._keys_until else None
            if key is None and self._clock() >= self._asked_from:
                await self._read_keys(found)
                key = self._known_key(kid, algorithm)
        if key is None:
            _fail(Trouble.INVALID, "the ID token has a key that the provider does not publish")
        return key

    def _known_key(self, kid: object, algorithm: str) -> dict[str, Any] | None:
        """Return the key with an id, or the only one if the token names none."""
        fitting = [
            key
            for key in self._keys
            if key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
        ]
        return fitting[0] if len(fitting) == 1 else None

    async def _read_keys(self, found: Discovery) -> None:
        self._asked_from = self._clock() + FAILED_FOR
        keys = (await self._json("GET", found.jwks)).get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            _fail(Trouble.BROKEN, "the keys are not a JWK set")
        self._keys, now = keys, self._clock()
        self._keys_until, self._asked_from = now + KEPT_FOR, now + ASKED_AGAIN

    async def _more(self, found: Discovery, access_token: object, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the claims with those that only the endpoint of user information has (OpenID Connect Core, 5.3)."""
        if not found.userinfo or not isinstance(access_token, str):
            return claims
        said = await self._json("GET", found.userinfo, headers={"Authorization": f"Bearer {access_token}"})
        if said.get("sub") != claims["sub"]:
            _fail(Trouble.INVALID, "the user information is of somebody else")
        return {**said, **claims}

    async def _json(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        """Send a request, and return the object of its answer. Raises ProviderError."""
        auth = sent.pop("auth", None)
        try:
            request = self._client.build_request(method, url, **{"headers": {"Accept": "application/json"}} | sent)
            if auth is not None:
                request = next(auth.auth_flow(request))
            response = await call(self._client, request)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderError(
                Trouble.AWAY, f"no answer from {_place(url)}: {str(error) or type(error).__name__}"
            ) from None
        status = response.status_code
        if status >= 500 or status == 429:
            _fail(Trouble.AWAY, f"{_place(url)} answers {status}")
        if status != 200:
            is_code = method == "POST"
            _fail(
                Trouble.DECLINED if is_code else Trouble.BROKEN, f"{_place(url)} answers {status}{_error_of(response)}"
            )
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict):
            _fail(Trouble.BROKEN, f"{_place(url)} answers no JSON object")
        return answer


@contextmanager
def _holding() -> Iterator[None]:
    """Raise ProviderError for a token that does not hold, whatever the library raises for it.

    A number without an end or a key of wrong types is no error of its own there.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 # see above
        raise ProviderError(Trouble.INVALID, f"the ID token does not hold: {type(error).__name__}") from None


def _require_ours(claims: Mapping[str, Any], client_id: str) -> None:
    """Require that a token is for this service alone, and of somebody whom it can know again. Raises ProviderError."""
    subject, audience = claims["sub"], claims["aud"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        _fail(Trouble.INVALID, "the subject is not valid")
    is_shared = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if is_shared else client_id) != client_id:
        _fail(Trouble.INVALID, "the ID token was given to another client")


def _place(url: str) -> str:
    return url.partition("?")[0]


def _error_of(response: httpx.Response) -> str:
    """Return the code of an error (RFC 6749, 5.2), which says what the operator has to change."""
    try:
        code = orjson.loads(response.content).get("error")
    except (orjson.JSONDecodeError, AttributeError):
        return ""
    return (
        f" error={code}" if isinstance(code, str) and code.isascii() and code.isprintable() and len(code) < 80 else ""
    )


def _fail(trouble: Trouble, reason: str) -> NoReturn:
    raise ProviderError(trouble, reason)
