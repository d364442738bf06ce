"""What only a signed-in person may do, and no key in their name."""

from application.shared.actor import Actor
from domain.shared.errors import Forbidden


def require_session(actor: Actor) -> None:
    """Raises Forbidden to whoever comes with a key or a token of limited powers."""
    if actor.powers is not None:
        raise Forbidden("Sign in yourself for this: no key allows it.")
