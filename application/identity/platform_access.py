"""Who may look after the accounts of others."""

from application.shared.actor import Actor, require_session
from domain.identity.errors import UserNotFound
from domain.shared.errors import Forbidden
from domain.shared.ids import UserId


def require_platform_admin(actor: Actor, user_id: UserId | None = None) -> None:
    """Raises UserNotFound about others, so that ids tell nobody anything, and Forbidden else."""
    require_session(actor)
    if actor.is_platform_admin:
        return
    if user_id is None or user_id == actor.user_id:
        raise Forbidden("This is for the administrators of the platform; see /users/me.")
    raise UserNotFound
