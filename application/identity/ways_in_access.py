"""What remains of an account's ways in: asked by whoever has just taken one away."""

from collections.abc import Collection

from application.identity.provider_ports import LinkedAccountTransaction
from domain.identity.errors import LastWayIn
from domain.identity.user import User
from domain.identity.ways_in import ways_in


async def require_way_in(
    tx: LinkedAccountTransaction, user: User, issuers: Collection[str]
) -> None:
    """Raises LastWayIn, which undoes the removal; the user is locked, so two cannot be at it."""
    left = ways_in(
        user,
        passkeys=len((await tx.second_factors.factors_of(user.id)).passkeys),
        identities=await tx.linked_identities.of_user(user.id),
        issuers=issuers,
    )
    if not left:
        raise LastWayIn
