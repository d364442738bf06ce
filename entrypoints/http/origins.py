"""Who asked for a change and from where, as the audit log keeps it: read off the request."""

from litestar.types import HTTPScope

from application.shared.actor import Actor
from application.shared.origin import Origin


def origin_of(scope: HTTPScope, actor: Actor | None) -> Origin:
    """Without an actor it is a guest, of whom the address is known alone."""
    client = scope["client"]
    ip = (client[0] or None) if client else None
    request_id = scope["state"].get("request_id")
    if actor is None:
        return Origin(kind="guest", ip=ip, request_id=request_id)
    is_visit = actor.visitor_id is not None
    return Origin(
        kind="platform_admin" if actor.is_platform_admin or is_visit else actor.acts_as,
        id=actor.visitor_id or actor.user_id,
        as_user=actor.user_id if is_visit else None,
        ip=ip,
        request_id=request_id,
    )
