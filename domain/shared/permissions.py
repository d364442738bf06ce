"""Who may do what in an organisation: a role is a named bundle of permissions."""

from domain.shared.errors import Forbidden
from domain.shared.words import Word


class Permission(Word):
    """One thing that a member may do in an organisation."""

    ORGANIZATION_EDIT = "organization_edit"
    ORGANIZATION_CLOSE = "organization_close"
    PAYOUTS_MANAGE = "payouts_manage"
    """Where the money goes, and who shares in it."""
    INTEGRATIONS_MANAGE = "integrations_manage"
    """API keys and OAuth clients."""
    AUDIT_VIEW = "audit_view"
    MEMBERS_VIEW = "members_view"
    MEMBERS_MANAGE = "members_manage"
    VENUES_EDIT = "venues_edit"
    EVENTS_VIEW = "events_view"
    """See drafts and cancelled events; published ones are public."""
    EVENTS_EDIT = "events_edit"
    EVENTS_PUBLISH = "events_publish"
    PROMO_CODES_VIEW = "promo_codes_view"
    PROMO_CODES_EDIT = "promo_codes_edit"
    ORDERS_VIEW = "orders_view"
    ORDERS_CANCEL = "orders_cancel"
    PAYMENTS_VIEW = "payments_view"
    TICKETS_VIEW = "tickets_view"
    SCANNERS_MANAGE = "scanners_manage"
    SCANS_VIEW = "scans_view"
    SCAN = "scan"


class Role(Word):
    """What a member is in an organisation."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    ANALYST = "analyst"
    SCANNER = "scanner"


_P = Permission
_LOOK = frozenset(
    {
        _P.MEMBERS_VIEW,
        _P.EVENTS_VIEW,
        _P.PROMO_CODES_VIEW,
        _P.ORDERS_VIEW,
        _P.PAYMENTS_VIEW,
        _P.TICKETS_VIEW,
        _P.SCANS_VIEW,
    }
)
_OWNERS = frozenset({_P.ORGANIZATION_CLOSE, _P.PAYOUTS_MANAGE})
_ADMINS = frozenset(
    {_P.ORGANIZATION_EDIT, _P.MEMBERS_MANAGE, _P.INTEGRATIONS_MANAGE, _P.AUDIT_VIEW}
)

BUNDLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - _OWNERS,
    Role.MANAGER: frozenset(Permission) - _OWNERS - _ADMINS,
    Role.SUPPORT: _LOOK | {_P.ORDERS_CANCEL, _P.SCAN},
    # Numbers, but no tickets: a code that can be read can be used.
    Role.ANALYST: _LOOK - {_P.TICKETS_VIEW},
    Role.SCANNER: frozenset({_P.EVENTS_VIEW, _P.SCAN, _P.SCANS_VIEW}),
}

WHILE_SUSPENDED = frozenset(
    {_P.AUDIT_VIEW, _P.ORDERS_CANCEL, _P.SCAN} | (_LOOK | BUNDLES[Role.SCANNER])
)
"""What members of a suspended organisation still do: look, give money back, and let in whoever
has a ticket. Besides, whoever may give access may end it, and see who has it.
"""


class OrganizationSuspended(Forbidden):
    """The organisation is suspended; ask the operators of the platform."""

    code = "organization_suspended"


class PersonalScope(Word):
    """What a person may let an application see of their own; everything else they do themselves."""

    PROFILE = "profile"
    ORDERS_READ = "orders_read"
    TICKETS_READ = "tickets_read"
    """With their codes: whoever may read a ticket may show it at a door."""


class RateTier(Word):
    """How often a key may ask; whoever limits requests knows the numbers."""

    STANDARD = "standard"
    HIGH = "high"
    UNLIMITED = "unlimited"
