"""Sessions: how each sign-in ends, and how refreshing and signing out begin."""

from application.identity.account_ports import AccountTransaction
from application.identity.ports import IdentityTransaction
from application.identity.session_ports import SessionTokens
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidRefreshToken
from domain.identity.networks import network_of
from domain.identity.session import Session, refresh_hash_of


async def keep_session(tx: AccountTransaction, session: Session) -> None:
    """One that begins: its owner is at home from now on where they signed in, whichever way."""
    await tx.sessions.add(session)
    await tx.familiar_networks.note(session.user_id, network_of(session.ip), at=tx.now)


async def session_of(tx: IdentityTransaction, tokens: SessionTokens, refresh_token: str) -> Session:
    """The session that the token is of, or was, alone until the commit.

    Raises InvalidRefreshToken.
    """
    session_id = tokens.session_of(refresh_token)
    if session_id is None:  # Made before there were seals, or under a key that we gave up.
        return await tx.sessions.lock_by_refresh(refresh_hash_of(refresh_token))
    try:
        return await tx.sessions.lock(session_id)
    except SessionEnded as error:
        raise InvalidRefreshToken from error
