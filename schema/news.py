"""News of the viewer's reports, and the ways in which they come while the app is closed."""

import strawberry

from models.log import EventRow
from queries import news, notifications
from queries.paging import Page
from schema.context import Context, Info
from schema.errors import UserError
from schema.paging import page_request, position_key
from schema.reports import ReportEvent, ReportEventConnection
from schema.scalars import URL

field = strawberry.field


@strawberry.type(
    description="News: what others did to the viewer's own reports and to those that the viewer supported at that "
    "time. Events of the kinds `STATUS_CHANGED`, `REOPENED`, `ASSIGNED`, `TRANSFERRED`, `RECATEGORISED`, `MOVED` and "
    "`COMMENTED`, and for the reporter `HIDDEN` and `UNHIDDEN`."
)
class News:
    unread_count: int = field(description="Number of news after the last `markNewsRead`, on whatever device.")
    latest: ReportEvent | None = field(description="The newest of all news, read or not. Null without any.")

    @classmethod
    def of(cls, context: Context, unread: int, latest: EventRow | None) -> "News":
        """Make the object of the number of unread news and the newest one."""
        return cls(unread_count=unread, latest=None if latest is None else ReportEvent.of(context, latest))


@strawberry.type(description="The ways in which news come while the app is closed.")
class NotificationSettings:
    push: bool = field(
        description="Whether some browser or app of the viewer gets notifications. A client knows by its own "
        "subscription whether it is one of them."
    )
    email: bool = field(
        description="Whether news come by e-mail: the viewer chose it, the address is confirmed, and the service can "
        "send e-mails."
    )
    vapid_public_key: str | None = field(
        description="Public key of the service for `pushManager.subscribe` (its `applicationServerKey`), in base64url. "
        "Null when the service sends no notifications: then do not ask for the permission."
    )


@strawberry.input(description="Subscription of a browser or app, as `PushSubscription.toJSON()` returns it.")
class PushSubscriptionInput:
    endpoint: URL = field(description="Address at the push service: https, at most 2,000 characters.")
    p256dh: str = field(description="Public key of the browser, `keys.p256dh`: 65 bytes in base64url.")
    auth: str = field(description="Secret of the browser, `keys.auth`: 16 bytes in base64url.")


@strawberry.type(description="Result of a change of the news or of the notifications, or the errors.")
class NotificationPayload:
    notifications: NotificationSettings | None = field(
        description="The settings of the viewer after the change. Null when refused."
    )
    errors: list[UserError] = field(description="The refusals. Empty on success.")


async def read_settings(context: Context, account_id: int) -> NotificationSettings:
    """Read how an account gets its news."""
    chosen, offers = await notifications.chosen(account_id), context.offers
    return NotificationSettings(
        push=chosen.push and offers.vapid_public_key is not None,
        email=chosen.email and offers.email,
        vapid_public_key=offers.vapid_public_key,
    )


async def read_news(info: Info, account_id: int, first: int | None, after: str | None) -> ReportEventConnection:
    """Read a page of the news of an account. Raises RequestError BAD_INPUT."""
    keyset = page_request(first, after).keyset(position_key)
    page: Page[object] = await news.page(account_id, keyset, info.columns)
    return ReportEventConnection(page=page)
