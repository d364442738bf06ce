"""Who is asking, and the one question whether they may."""

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from application.shared import scope
from application.shared.idempotency import KeyedRequest, RequestKey
from application.shared.origin import Origin
from application.shared.scope import Scope
from domain.shared.errors import Forbidden, NotFound, PersonRequired
from domain.shared.ids import EventId, OrganizationId, ScannerId, SessionId, UserId
from domain.shared.permissions import (
    BUNDLES,
    WHILE_SUSPENDED,
    OrganizationSuspended,
    Permission,
    PersonalScope,
    RateTier,
    Role,
)


class Actor(Struct, frozen=True, kw_only=True):
    """Who asks, as known when the token was last looked up (at most 5 s ago): a signed-in person,
    an application that a person let in, or an organisation's key or application, which owns
    nothing.
    """

    user_id: UserId
    """The person; or the key or application itself, whose id is no user's."""
    session_id: SessionId
    """What was shown: the session, or the secret of a key or application. Every transaction looks
    whether it has ended."""
    email: str
    name: str
    is_platform_admin: bool = False
    memberships: Mapping[OrganizationId, Role] = {}
    limited_to: Mapping[OrganizationId, frozenset[EventId]] = {}
    """Organisations in which the actor works for some events alone."""
    suspended: frozenset[OrganizationId] = frozenset()
    """Those of the organisations that may not act (domain: OrganizationStatus)."""
    powers: frozenset[Permission] | None = None
    """What the credential may do at most, whoever holds it; None for a session."""
    acts_as: Literal["person", "api_key", "oauth_client"] = "person"
    """Whose id `user_id` is; an application that a person let in acts as that person."""
    personal: frozenset[PersonalScope] | None = None
    """What of the person's own the credential shows; None, a session, shows and does all."""
    rate_tier: RateTier = RateTier.STANDARD
    visitor_id: UserId | None = None
    """In a support visit, the administrator who looks with this person's eyes."""
    keyed: KeyedRequest | None = None
    """The write that this person is making, if it carries an Idempotency-Key."""
    origin: Origin | None = None
    """Of a write: where it comes from."""

    @property
    def key(self) -> RequestKey | None:
        return None if self.keyed is None else self.keyed.key

    @property
    def is_person(self) -> bool:
        """Whether it is the person, signed in, and nobody on their behalf."""
        return self.personal is None

    def shows(self, scope: PersonalScope) -> bool:
        """Whether the person lets them see this of their own."""
        return self.personal is None or scope in self.personal

    def owns(self, owner_id: UserId | None, scope: PersonalScope | None = None) -> bool:
        """Whether this person's things are theirs to change, or with a scope to look at."""
        is_let = self.is_person or (scope is not None and self.shows(scope))
        return owner_id == self.user_id and is_let

    def shown(self, view: Permission) -> "Actor":
        """The same, to read back what they have just been allowed to write: a credential that may
        change a thing is told what became of it, even if it may not see others. Roles decide as
        ever, and nothing else is asked with it.
        """
        if self.powers is None:
            return self
        return msgspec.structs.replace(self, powers=self.powers | {view})

    def can(
        self,
        permission: Permission,
        organization_id: OrganizationId,
        *,
        event_id: EventId | None = None,
        even_suspended: bool = False,
    ) -> bool:
        """Whether they may do it to this event, or to the organisation as a whole."""
        if self.powers is not None and permission not in self.powers:
            return False
        if self.is_platform_admin:
            return True
        role = self.memberships.get(organization_id)
        if role is None or permission not in BUNDLES[role]:
            return False
        if not even_suspended and self.is_barred(permission, organization_id):
            return False
        events = self.limited_to.get(organization_id)
        return events is None or event_id in events

    def is_barred(self, permission: Permission, organization_id: OrganizationId) -> bool:
        """Whether they might, if the organisation were not suspended."""
        return organization_id in self.suspended and permission not in WHILE_SUSPENDED

    def role_in(self, organization_id: OrganizationId) -> Role:
        """As what they act where they were authorised: operators of the platform as owners."""
        return Role.OWNER if self.is_platform_admin else self.memberships[organization_id]

    def organizations_with(self, permission: Permission) -> tuple[OrganizationId, ...]:
        """Where the actor may do this by membership, to every event or to some (`limited_to`)."""
        if self.powers is not None and permission not in self.powers:
            return ()
        return tuple(one for one, role in self.memberships.items() if permission in BUNDLES[role])

    @property
    def insider_of(self) -> frozenset[OrganizationId | EventId]:
        """The organisations, and the single events, whose private pages the actor may see."""
        if not self.limited_to:
            return frozenset(self.memberships)
        whole = self.memberships.keys() - self.limited_to.keys()
        return frozenset[OrganizationId | EventId](whole).union(*self.limited_to.values())

    def as_person(self) -> Scope:
        return scope.person(
            self.user_id, session_id=self.session_id, keyed=self.keyed, origin=self.origin
        )

    def as_member(self) -> Scope:
        """Their own rows and those of their organisations: which of these, `authorize` says."""
        return scope.person(
            self.user_id,
            member_of=self.memberships,
            session_id=self.session_id,
            keyed=self.keyed,
            limited_to=self.limited_to,
        )

    def within(self, *organization_ids: OrganizationId) -> Scope:
        """Their rows; a write is refused if a member's organisation lost its standing since the
        actor was looked up.
        """
        limits = {} if self.is_platform_admin else self.limited_to
        believed = self.memberships.keys() - self.suspended
        return scope.organizations(
            organization_ids,
            session_id=self.session_id,
            keyed=self.keyed,
            origin=self.origin,
            limited_to=limits,
            acting_for=()
            if self.is_platform_admin
            else [one for one in organization_ids if one in believed],
        )

    def ending(self, *organization_ids: OrganizationId) -> Scope:
        """The same, to end somebody's access: members of a suspended organisation still do that."""
        return msgspec.structs.replace(self.within(*organization_ids), acting_for=())


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


def authorize(
    actor: Actor,
    permission: Permission,
    organization_id: OrganizationId,
    *,
    event_id: EventId | None = None,
    even_suspended: bool = False,
) -> None:
    """Raises NotFound to strangers, so that ids tell them nothing, and Forbidden to members.

    Without an `event_id` it is about the whole organisation. Whoever works for some events alone is
    a stranger to the others. `even_suspended` is for looking, and for ending somebody's access.
    """
    if actor.can(permission, organization_id, event_id=event_id, even_suspended=even_suspended):
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
    if event_id is not None and event_id not in actor.limited_to.get(organization_id, {event_id}):
        raise NotFound
    if not even_suspended and actor.is_barred(permission, organization_id):
        raise OrganizationSuspended
    raise Forbidden("You work for some of its events alone.", permission=permission.value)


def authorize_events(
    actor: Actor,
    permission: Permission,
    organization_id: OrganizationId,
    event_ids: Collection[EventId] | None,
    *,
    even_suspended: bool = False,
) -> None:
    """The same for what belongs to several events, all of which it needs; None is every event."""
    if not event_ids:
        authorize(actor, permission, organization_id, even_suspended=even_suspended)
    for event_id in event_ids or ():
        authorize(
            actor, permission, organization_id, event_id=event_id, even_suspended=even_suspended
        )


def authorize_list(actor: Actor, permission: Permission, organization_id: OrganizationId) -> Scope:
    """The scope of a list of the organisation: whoever works for some events sees theirs alone.

    Raises NotFound to strangers and Forbidden to members, like `authorize`.
    """
    if organization_id not in actor.organizations_with(permission):
        authorize(actor, permission, organization_id)
    return actor.within(organization_id)


def authorize_own(actor: Actor, scope: PersonalScope) -> None:
    """What a person may let an application see. Raises PersonRequired."""
    if not actor.shows(scope):
        raise PersonRequired(scope=scope.value)


def authorize_person(actor: Actor) -> None:
    """What people do themselves alone. Raises PersonRequired."""
    if not actor.is_person:
        raise PersonRequired
