"""The viewer and their session as GraphQL objects."""

from actions.sessions import StartedSession
from queries import log, people
from resolvers.context import MutationContext
from rules.access import Person
from rules.cursors import encode
from rules.emails import shown_email
from schema.context import Context
from schema.nodes import global_id
from schema.people import Session, Viewer, membership_of


async def viewer_of(context: Context, person: Person, session_id: str | None) -> Viewer:
    """Read the account of the person who is signed in. `session_id`: the session in which they are."""
    cursor = encode(*await log.head())
    profile = await people.profile(person.account_id)
    return Viewer(
        account_id=person.account_id,
        session_id=session_id,
        id=global_id("Viewer", profile.public_id),
        pseudonym=profile.pseudonym,
        on_citizen_board=profile.on_citizen_board,
        email=shown_email(profile.email),
        email_confirmed=profile.email_confirmed,
        memberships=[membership_of(context, grant) for grant in person.grants],
        cursor=cursor,
    )


async def session_of(context: MutationContext, started: StartedSession) -> Session:
    """Return the tokens and the viewer of a session that has just been started or refreshed."""
    access_token, expires_at = context.tokens.issue(started.session_id, context.now)
    person = await people.person_of(started.session_id, context.now)
    return Session(
        access_token=access_token,
        refresh_token=started.refresh_token,
        expires_at=expires_at,
        expires_in=int((expires_at - context.now).total_seconds()),
        viewer=await viewer_of(context, person or Person(started.account_id), started.session_id),
    )
