"""The viewer and their session, as GraphQL sees them."""

from actions.sessions import StartedSession, person_of
from models.accounts import Account
from resolvers.loaders import RequestContext
from rules.access import Person
from rules.access import RoleGrant as Given
from schema.nodes import global_id
from schema.people import Membership, Session, Viewer


async def viewer_of(context: RequestContext, person: Person) -> Viewer:
    """Read what a person may see of themselves."""
    cursor = await context.head_cursor()
    account = await Account.get(id=person.account_id)
    return Viewer(
        account_id=account.id,
        id=global_id("Viewer", account.public_id),
        pseudonym=account.pseudonym,
        on_citizen_board=account.on_citizen_board,
        email=account.email,
        memberships=[_membership(context, given) for given in person.grants],
        cursor=cursor,
    )


async def session_of(context: RequestContext, started: StartedSession) -> Session:
    """Make the answer to a session that has begun: its tokens, and who it belongs to."""
    access_token, expires_at = context.tokens.issue(started.session_id, context.now)
    person = await person_of(started.session_id, context.now)
    return Session(
        access_token=access_token,
        refresh_token=started.refresh_token,
        expires_at=expires_at,
        viewer=await viewer_of(context, person or Person(started.account_id)),
    )


def _membership(context: RequestContext, given: Given) -> Membership:
    return Membership(role=given.role, unit=None if given.unit is None else context.places.unit(given.unit))
