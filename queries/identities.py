"""Reads of who signs in at the identity provider."""

from models.identities import ProviderIdentity


async def signs_in_at_provider(account_id: int) -> bool:
    """Return whether the owner of an account signs in at the identity provider, and so needs no password."""
    return await ProviderIdentity.filter(account_id=account_id).exists()
