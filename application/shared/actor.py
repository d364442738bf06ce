"""Who is asking, and the one question whether they may."""

from collections.abc import Mapping

from msgspec import Struct

from application.shared import scope
from application.shared.idempotency import KeyedRequest, RequestKey
from application.shared.origin import Origin
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
    limited_to: Mapping[OrganizationId, frozenset[EventId]] = {}
    """Organisations in which the actor works for some events alone."""
    powers: frozenset[Permission] | None = None
    """What the credential may do at most, whoever holds it; None for a session."""
    keyed: KeyedRequest | None = None
    """The write that this person is making, if it carries an Idempotency-Key."""
    origin: Origin | None = None
    """Of a write: where it comes from."""

    @property
    def key(self) -> RequestKey | None:
        return None if self.keyed is None else self.keyed.key

    def can(
        self,
        permission: Permission,
        organization_id: OrganizationId,
        *,
        event_id: EventId | None = None,
    ) -> bool:
        """Whether they may do it to this event, or to the organisation as a whole."""
        if self.powers is not None and permission not in self.powers:
            return False
        if self.is_platform_admin:
            return True
        role = self.memberships.get(organization_id)
        if role is None or permission not in BUNDLES[role]:
            return False
        events = self.limited_to.get(organization_id)
        return events is None or event_id in events

    def organizations_with(self, permission: Permission) -> tuple[OrganizationId, ...]:
        """The organisations in which the actor may do this to every event, by membership."""
        return tuple(one for one in self.memberships if self._belongs(one, permission))

    def _belongs(self, organization_id: OrganizationId, permission: Permission) -> bool:
        if self.powers is not None and permission not in self.powers:
            return False
        is_whole = organization_id not in self.limited_to
        return is_whole and permission in BUNDLES[self.memberships[organization_id]]

    def as_person(self) -> Scope:
        return scope.person(
            self.user_id, session_id=self.session_id, keyed=self.keyed, origin=self.origin
        )

    def as_member(self) -> Scope:
        """Their own rows and those of their organisations: which of these, `authorize` says."""
        return scope.person(
            self.user_id, member_of=self.memberships, session_id=self.session_id, keyed=self.keyed
        )

    def within(self, *organization_ids: OrganizationId) -> Scope:
        return scope.organizations(
            organization_ids, session_id=self.session_id, keyed=self.keyed, origin=self.origin
        )


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


def require_session(actor: Actor) -> None:
    """Raises Forbidden if not the person asks but a key of theirs: some doors are theirs alone."""
    if actor.powers is not None:
        raise Forbidden("Only whoever signed in may do this, and no key of theirs.")


def authorize(
    actor: Actor,
    permission: Permission,
    organization_id: OrganizationId,
    *,
    event_id: EventId | None = None,
) -> None:
    """Raises NotFound to strangers, so that ids tell them nothing, and Forbidden to members.

    Without an `event_id` it is about the whole organisation. Whoever works for some events alone is
    a stranger to the others.
    """
    if actor.can(permission, organization_id, event_id=event_id):
        return
    role = actor.memberships.get(organization_id)
    if role is None:
        raise NotFound
    if actor.powers is not None and permission not in actor.powers:
        raise Forbidden("This key does not allow it.", permission=permission.value)
    if permission not in BUNDLES[role]:
        raise Forbidden(
            "Your role in this organisation does not allow it.",
            permission=permission.value,
            role=role.value,
        )
    if event_id is not None:
        raise NotFound
    raise Forbidden("You work for some of its events alone.", permission=permission.value)
