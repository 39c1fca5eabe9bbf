"""The ways in which news come while the app is closed, as far as the service offers them."""

from resolvers.context import MutationContext
from rules.access import Person
from rules.messages import Message
from rules.push import PushTarget, checked_target
from rules.refusals import ErrorCode, Faults, Refusal
from schema.context import Context
from schema.news import NotificationPayload, PushSubscriptionInput, read_settings


def offered_push(context: Context, given: PushSubscriptionInput) -> PushTarget:
    """Return the subscription of a browser. Raises Refusal INVALID, also when the service sends no notifications."""
    with Faults() as faults:
        target = faults.check(checked_target, given.endpoint, given.p256dh, given.auth, "input")
        if context.offers.vapid_public_key is None:
            faults.add(Refusal(ErrorCode.INVALID, Message.PUSH_OFF, "input"))
    return target


def offered_email(context: Context) -> None:
    """Raise Refusal INVALID when the service cannot send e-mails."""
    if not context.offers.email:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_OFF, "enabled")


async def changed_settings(context: MutationContext, person: Person) -> NotificationPayload:
    """Return the payload with how a person gets their news after the change."""
    context.renew()
    return NotificationPayload(notifications=await read_settings(context, person.account_id), errors=[])
