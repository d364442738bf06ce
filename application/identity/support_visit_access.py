"""Who may visit people for support, and see who did."""

from application.shared.actor import Actor, require_session
from domain.shared.errors import Forbidden


def require_support(actor: Actor) -> None:
    """Raises Forbidden."""
    require_session(actor)
    if not actor.is_platform_admin:
        raise Forbidden("Only administrators of the platform visit people for support.")
