"""Who is asking, and the one question whether they may."""

from collections.abc import Mapping

from msgspec import Struct

from application.shared import scope
from application.shared.idempotency import KeyedRequest, RequestKey
from application.shared.scope import Scope
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import EventId, OrganizationId, ScannerId, SessionId, UserId
from domain.shared.permissions import BUNDLES, Permission, Role


class Actor(Struct, frozen=True, kw_only=True):
    """A signed-in person, as known when the access token was last looked up (at most 5 s ago)."""

    user_id: UserId
    session_id: SessionId
    email: str
    name: str
    is_platform_admin: bool = False
    memberships: Mapping[OrganizationId, Role] = {}
    keyed: KeyedRequest | None = None
    """The write that this person is making, if it carries an Idempotency-Key."""

    @property
    def key(self) -> RequestKey | None:
        return None if self.keyed is None else self.keyed.key

    def can(self, permission: Permission, organization_id: OrganizationId) -> bool:
        if self.is_platform_admin:
            return True
        role = self.memberships.get(organization_id)
        return role is not None and permission in BUNDLES[role]

    def organizations_with(self, permission: Permission) -> tuple[OrganizationId, ...]:
        """The organisations in which the actor may do this, by membership."""
        return tuple(
            organization_id
            for organization_id, role in self.memberships.items()
            if permission in BUNDLES[role]
        )

    def as_person(self) -> Scope:
        return scope.person(self.user_id, session_id=self.session_id, keyed=self.keyed)

    def within(self, *organization_ids: OrganizationId) -> Scope:
        return scope.organizations(organization_ids, session_id=self.session_id, keyed=self.keyed)


class Device(Struct, frozen=True, kw_only=True):
    """A registered scanner that signed in with its key."""

    scanner_id: ScannerId
    organization_id: OrganizationId
    event_ids: tuple[EventId, ...] | None = None
    """The events it may scan; None is every event of its organisation."""
    keyed: KeyedRequest | None = None
    """The write that this scanner is making, if it carries an Idempotency-Key."""

    @property
    def key(self) -> RequestKey | None:
        return None if self.keyed is None else self.keyed.key


def authorize(actor: Actor, permission: Permission, organization_id: OrganizationId) -> None:
    """Raises NotFound to strangers, so that ids tell them nothing, and Forbidden to members."""
    if actor.can(permission, organization_id):
        return
    if organization_id not in actor.memberships:
        raise NotFound
    raise Forbidden(
        "Your role in this organisation does not allow it.",
        permission=permission.value,
        role=actor.memberships[organization_id].value,
    )
