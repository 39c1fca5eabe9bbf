"""The sign-in of staff at the identity provider of the city: two redirects, and a code that an app exchanges by POST.

An app sends the browser to `/auth/oidc/start` with the hash of a secret of its own (RFC 7636). The browser comes back
to the app with a code in the fragment of the address, which no server and no log gets; without the secret of the app it
is useless. Nothing is stored until somebody comes from the provider.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from html import escape
from typing import Any, Final

import httpx
import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions.accounts import clean_staff_name, require_unit
from actions.identities import Redeemer, keep_arrival, redeem
from app.auth import identify, sends_token
from app.hosts import network
from app.oidc_provider import Provider, ProviderError, Trouble
from app.oidc_settings import ProviderSettings
from app.plain_pages import plain_page
from app.services import Services
from models.reference.gazetteer import Gazetteer
from outbox.client import Network, origin_of, outside_client
from resolvers.limits import require_left
from rules.access import Person, RoleGrant
from rules.devices import device_of
from rules.emails import normal_email
from rules.languages import Locale, Text, preferred_locale
from rules.limits import Act
from rules.messages import Message
from rules.oidc import FLOW_LIFETIME, Arrival, Flow, FlowTokens, claim_values, granted, is_challenge
from rules.refusals import ErrorCode, Faults, Refusal

logger = logging.getLogger("tanggap.oidc")

PATH: Final = "/auth/oidc"
START: Final = f"{PATH}/start"
SIGN_IN: Final = "/masuk"
"""The page of this service to which a sign-in may return, as to those of apps."""

MOST_BYTES: Final = 4_096
"""Bytes of the body with a code."""

LONGEST_CODE: Final = 4_096
"""Characters of a code of the provider."""

TITLE: Final = Text("Masuk sebagai petugas", "Sign-in of staff")
BACK: Final = Text("Kembali ke aplikasi", "Back to the app")
LINK: Final = '<p><a href="{address}">{text}</a></p>'

SHOWN: Final[Mapping[Trouble, tuple[Message, int]]] = {
    Trouble.AWAY: (Message.PROVIDER_AWAY, 503),
    Trouble.BROKEN: (Message.PROVIDER_BROKEN, 502),
    Trouble.DECLINED: (Message.PROVIDER_DECLINED, 403),
    Trouble.INVALID: (Message.PROVIDER_BROKEN, 502),
}
STATUSES: Final[Mapping[ErrorCode, int]] = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.CONFLICT: 409,
    ErrorCode.RATE_LIMITED: 429,
}
"""Statuses of refusals. Others are 400."""


class StaffSignIn:
    """The sign-in at one provider. `client` is that for calls outside, `key` signs access tokens."""

    def __init__(
        self,
        settings: ProviderSettings,
        client: httpx.AsyncClient,
        public_url: str,
        key: str,
        services: Callable[[], Services],
    ) -> None:
        self._settings, self._services, self._tokens = settings, services, FlowTokens(key)
        self._client = client
        self._return_urls = (*settings.return_urls, f"{public_url}{SIGN_IN}")
        self.provider = Provider(settings, client, redirect_uri(public_url))
        is_secure = public_url.startswith("https://")
        # `__Host-`: no other host of the domain can set it, so nobody begins a sign-in for somebody else.
        self._cookie, self._is_secure = ("__Host-" if is_secure else "") + "tanggap-oidc", is_secure

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route(START, self._start),
            Route(f"{PATH}/callback", self._callback),
            Route(f"{PATH}/session", self._session, methods=["POST"]),
        ]

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._client.aclose()

    async def report_trouble(self) -> None:
        """Ask the provider once, at the start, and say in the log if it does not answer as it should."""
        try:
            await self.provider.check()
        except ProviderError as error:
            logger.warning("staff cannot sign in, OIDC_ISSUER does not answer as it should error=%s", error.reason)

    async def _start(self, request: Request) -> Response:
        given, locale = request.query_params, _locale(request)
        next_ = given.get("next", self._return_urls[0])
        challenge = given.get("code_challenge", "")
        is_s256 = given.get("code_challenge_method", "S256") == "S256"
        if next_ not in self._return_urls or not is_challenge(challenge) or not is_s256:
            return _page(locale, Message.SIGN_IN_ADDRESS, 400)
        browser = request.cookies.get(self._cookie, "")
        if not is_challenge(browser):  # of the same form
            browser = secrets.token_urlsafe(32)
        now = self._services().transactions.now()
        flow = self._tokens.begin(browser, next_, challenge, secrets.token_bytes(16), now)
        try:
            address = await self.provider.authorization_url(flow)
        except ProviderError as error:
            return self._failed(error, locale, next_)
        response = RedirectResponse(address, 302, {"Cache-Control": "no-store"})
        response.set_cookie(
            self._cookie,
            browser,
            max_age=int(FLOW_LIFETIME.total_seconds()),
            secure=self._is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def _callback(self, request: Request) -> Response:
        service, locale, given = self._services(), _locale(request), request.query_params
        browser = request.cookies.get(self._cookie, "")
        flow = self._tokens.read(given.get("state", ""), browser, service.transactions.now())
        if flow is None:
            return _page(locale, Message.SIGN_IN_STALE, 400)
        try:
            require_left(await service.limiter.count(Act.STAFF_SIGN_IN, browser, network(request.scope)))
            claims = await self.provider.claims(flow, _code_of(given), given.get("iss"))
            arrival = self._arrival(claims, service.places.gazetteer)
            code = await service.transactions.run(keep_arrival, arrival, flow.state, flow.challenge)
        except ProviderError as error:
            return self._failed(error, locale, flow.next)
        except Refusal as refusal:
            return _refused(locale, refusal, flow)
        return RedirectResponse(f"{flow.next}#code={code}", 303, {"Cache-Control": "no-store"})

    async def _session(self, request: Request) -> Response:
        service, locale = self._services(), _locale(request)
        try:
            code, verifier = await _given(request)
            by = Redeemer(
                verifier=verifier,
                present=await self._present(request),
                device=device_of(request.headers.get("user-agent")),
                locale=locale,
                ends_after=timedelta(hours=self._settings.session_hours),
            )
            started = await service.transactions.run(redeem, code, by, service.tokens.refreshing)
        except Refusal as refusal:
            return _errors(refusal, locale)
        now = service.transactions.now()
        access_token, expires_at = service.tokens.issue(started.session_id, now)
        session = {
            "accessToken": access_token,
            "refreshToken": started.refresh_token,
            "expiresAt": expires_at.isoformat().replace("+00:00", "Z"),
            "expiresIn": int((expires_at - now).total_seconds()),
        }
        return JSONResponse({"session": session, "errors": []}, headers={"Cache-Control": "no-store"})

    async def _present(self, request: Request) -> Person | None:
        """Return who is signed in in the app. Raises Refusal UNAUTHENTICATED for a token that is not valid."""
        authorization, now = request.headers.get("authorization"), self._services().transactions.now()
        person = (await identify(self._services().tokens, authorization, now)).person
        if person is None and sends_token(authorization):
            raise Refusal(ErrorCode.UNAUTHENTICATED, Message.TOKEN_INVALID)
        return person

    def _arrival(self, claims: Mapping[str, Any], gazetteer: Gazetteer) -> Arrival:
        """Return who has come, by their claims. An address counts only if the provider has verified it."""
        named = granted(self._settings.rules, claim_values(claims, self._settings.roles_claim))
        roles = tuple(grant for grant in named if _is_fit(gazetteer, grant))
        if len(roles) < len(named):
            unfit = ", ".join(f"{grant.role}:{grant.unit}" for grant in named if grant not in roles)
            logger.warning("claims name units that the roles are not for, ignored roles=%s", unfit)
        return Arrival(
            issuer=claims["iss"],
            subject=claims["sub"],
            email=_email(claims.get("email")) if claims.get("email_verified") is True else None,
            name=_name(claims.get("name")),
            roles=roles,
        )

    def _failed(self, error: ProviderError, locale: Locale, next_: str) -> Response:
        logger.warning("a sign-in at the provider failed kind=%s reason=%s", error.trouble.value, error.reason)
        message, status = SHOWN[error.trouble]
        return _page(locale, message, status, next_)


def redirect_uri(public_url: str) -> str:
    """Return the address to which the provider sends people back, as it has to be registered there."""
    return f"{public_url}{PATH}/callback"


def provider_client(settings: ProviderSettings, networks: tuple[Network, ...]) -> httpx.AsyncClient:
    """Return the client for the provider. The origin of the issuer may be in any network, as the operator named it.

    Others that its discovery names are called like any system outside.
    """
    return outside_client(networks, trusted=origin_of(httpx.URL(settings.issuer)))


def _code_of(given: Mapping[str, str]) -> str:
    """Return the code of an answer of the provider. Raises ProviderError if it has none."""
    code = given.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        error = given.get("error", "none")
        raise ProviderError(Trouble.DECLINED, f"the answer has no code error={error[:40]!r}")
    return code


def _is_fit(gazetteer: Gazetteer, grant: RoleGrant) -> bool:
    try:
        require_unit(gazetteer, grant.role, grant.unit)
    except Refusal:
        return False
    return True


def _email(claim: object) -> str | None:
    try:
        return normal_email(claim) if isinstance(claim, str) else None
    except Refusal:
        return None


def _name(claim: object) -> str | None:
    try:
        return clean_staff_name(claim) if isinstance(claim, str) else None
    except Refusal:  # too long, or nothing visible: an ADMIN can give one
        return None


async def _given(request: Request) -> tuple[str, str]:
    """Return the code and the verifier of a body. Raises Refusal INVALID for each that is missing."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                body = b""
                break
        given = orjson.loads(body)
    except (orjson.JSONDecodeError, ClientDisconnect):
        given = None
    found = given if isinstance(given, dict) else {}
    with Faults() as faults:
        for name in ("code", "code_verifier"):
            if not isinstance(found.get(name), str) or not found[name]:
                faults.add(Refusal(ErrorCode.INVALID, Message.SIGN_IN_CODE, name))
    return found["code"], found["code_verifier"]


def _errors(refusal: Refusal, locale: Locale) -> Response:
    """Return a refusal in the form of the errors of a mutation."""
    errors = [
        {"code": each.code, "message": each.text(locale), "field": list(each.field) or None}
        for each in (refusal, *refusal.also)
    ]
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"session": None, "errors": errors}, STATUSES.get(refusal.code, 400), headers)


def _refused(locale: Locale, refusal: Refusal, flow: Flow) -> Response:
    response = _page(
        locale,
        Text(*(refusal.text(each) for each in (Locale.ID, Locale.EN))),
        STATUSES.get(refusal.code, 400),
        flow.next,
    )
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _page(locale: Locale, message: Message | Text, status: int, next_: str | None = None) -> Response:
    """Return a page that says why somebody is not signed in, with the way back to the app."""
    text = message.value if isinstance(message, Message) else message
    link = "" if next_ is None else LINK.format(address=escape(next_), text=escape(BACK.in_locale(locale)))
    return plain_page(locale, TITLE, text, link, status)


def _locale(request: Request) -> Locale:
    return preferred_locale(request.headers.get("accept-language", ""))
