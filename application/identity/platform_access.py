"""Who may do what operators of the platform do."""

from application.shared.actor import Actor, authorize_person
from domain.identity.errors import PlatformAdminsOnly, UserNotFound
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId, UserId


def require_platform_admin(
    actor: Actor,
    about: UserId | OrganizationId | None = None,
    *,
    unknown: type[NotFound] = UserNotFound,
) -> None:
    """Raises PersonRequired, PlatformAdminsOnly; and `unknown` about what is not theirs, so that
    ids tell nobody anything.
    """
    authorize_person(actor)
    if actor.is_platform_admin:
        return
    if about is None or about == actor.user_id or about in actor.memberships:
        raise PlatformAdminsOnly
    raise unknown
