"""Who may call what: one line per operation. `docs/permissions.md` and the tenant-isolation tests
are made from it, and an operation that is not here stops the start.

What is here is not what refuses: use cases and queries do (`authorize`). The tests compare both,
for every operation and every role.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from application.shared.actor import Actor
from domain.identity.errors import NotInAVisit
from domain.shared.permissions import Permission, PersonalScope
from domain.shared.words import Word
from entrypoints.http.request_keys import READS

P, Own = Permission, PersonalScope


class Caller(Word):
    """Whom an operation is for."""

    EVERYBODY = "everybody"
    """No token is looked at."""
    VISITOR = "visitor"
    """Anybody; a token shows more, or makes it one's own."""
    HOLDER = "holder"
    """Whoever it belongs to: a person, or a guest with its secret."""
    PERSON = "person"
    """A signed-in person, about what is theirs."""
    MEMBER = "member"
    """A member of the organisation whose role has the permission."""
    DOOR = "door"
    """A scanner, or a member who may scan."""
    PLATFORM = "platform"
    """Administrators of the platform."""
    PROCESSOR = "processor"
    """The card processor, by its signature."""


class Access(NamedTuple):
    """Keys and applications need the permission or the scope that it names: without either it is
    for people alone.
    """

    caller: Caller
    permission: Permission | None = None
    """Opens it to members as well, whoever else it is for."""
    own: PersonalScope | None = None
    """Lets an application look at it of a person's own."""


def _for(
    caller: Caller,
    *operations: str,
    permission: Permission | None = None,
    own: PersonalScope | None = None,
) -> Iterator[tuple[str, Access]]:
    for operation in operations:
        yield operation, Access(caller, permission, own)


def _by(permission: Permission, *operations: str) -> Iterator[tuple[str, Access]]:
    return _for(Caller.MEMBER, *operations, permission=permission)


def _table(*lines: Iterable[tuple[str, Access]]) -> Mapping[str, Access]:
    found: dict[str, Access] = {}
    for line in lines:
        for operation, access in line:
            assert operation not in found, f"{operation} is there twice"
            found[operation] = access
    return found


ACCESS = _table(
    # The house and its accounts.
    _for(Caller.EVERYBODY, "report_health", "register_user", "log_in", "refresh_session"),
    _for(Caller.EVERYBODY, "show_keys"),
    _for(Caller.PERSON, "log_out", "list_sessions", "revoke_sessions"),
    _for(Caller.PERSON, "get_me", own=Own.PROFILE),
    _for(Caller.HOLDER, "revoke_session"),
    # The life of an account.
    _for(Caller.EVERYBODY, "verify_email", "forgot_password", "reset_password"),
    _for(
        Caller.PERSON,
        *("resend_verification", "change_password", "change_email", "update_me", "delete_me"),
        *("get_preferences", "update_preferences", "export_me"),
    ),
    _for(Caller.PERSON, "list_my_orders", own=Own.ORDERS_READ),
    _for(Caller.PERSON, "list_my_tickets", own=Own.TICKETS_READ),
    _for(Caller.HOLDER, "get_user", own=Own.PROFILE),
    _for(Caller.PLATFORM, "list_users", "update_user", "delete_user"),
    _for(Caller.PLATFORM, "start_support_visit", "list_support_visits", "end_support_visit"),
    # Login providers. A flow is of whoever began it.
    _for(
        Caller.EVERYBODY,
        *("list_login_providers", "return_from_provider", "finish_provider_login"),
    ),
    _for(Caller.VISITOR, "start_provider_login"),
    _for(Caller.PERSON, "list_identities"),
    _for(Caller.HOLDER, "link_identity", "unlink_identity"),
    # Second factors and passkeys.
    _for(Caller.EVERYBODY, "prepare_passkey_log_in", "log_in_with_passkey"),
    _for(Caller.VISITOR, "verify_second_factor"),
    _for(
        Caller.PERSON,
        *("get_second_factor", "enable_second_factor", "disable_second_factor"),
        *("renew_recovery_codes", "list_passkeys", "prepare_passkey", "register_passkey"),
    ),
    _for(Caller.HOLDER, "rename_passkey", "remove_passkey"),
    _for(Caller.PLATFORM, "reset_second_factor"),
    # Organisations.
    _for(Caller.PERSON, "create_organization", "list_organizations"),
    _for(Caller.MEMBER, "get_organization"),
    _by(P.ORGANIZATION_EDIT, "update_organization"),
    _by(P.ORGANIZATION_CLOSE, "close_organization"),
    _for(Caller.PLATFORM, "set_organization_status"),
    _by(P.PAYOUTS_MANAGE, "get_payout_account", "set_payout_account"),
    _by(P.PAYOUTS_MANAGE, "get_revenue_shares", "set_revenue_shares"),
    _by(P.ORGANIZATION_EDIT, "get_domain", "claim_domain", "verify_domain", "give_up_domain"),
    _by(P.MEMBERS_VIEW, "list_members"),
    _by(P.MEMBERS_MANAGE, "add_member", "change_member", "remove_member"),
    _by(P.MEMBERS_MANAGE, "list_invitations", "get_invitation"),
    _by(P.MEMBERS_MANAGE, "resend_invitation", "revoke_invitation"),
    # The secret in the path is what opens these.
    _for(Caller.EVERYBODY, "show_invitation", "decline_invitation"),
    _for(Caller.PERSON, "accept_invitation", "list_my_invitations"),
    _by(P.AUDIT_VIEW, "list_audit_entries", "check_audit_log"),
    _by(
        P.INTEGRATIONS_MANAGE,
        *("create_api_key", "list_api_keys", "get_api_key", "update_api_key"),
        *("rotate_api_key", "revoke_api_key"),
    ),
    _by(
        P.INTEGRATIONS_MANAGE,
        *("register_oauth_client", "list_oauth_clients", "get_oauth_client"),
        *("update_oauth_client", "rotate_oauth_client_secret", "revoke_oauth_client"),
    ),
    # Applications that people let in; at the last three they prove themselves.
    _for(Caller.PERSON, "show_consent", "allow_application"),
    _for(Caller.PERSON, "list_authorizations"),
    _for(Caller.HOLDER, "withdraw_authorization"),
    _for(Caller.EVERYBODY, "issue_token", "revoke_token", "introspect_token"),
    # Venues.
    _for(Caller.EVERYBODY, "list_venues", "get_venue"),
    _by(P.VENUES_EDIT, "create_venue", "update_venue", "delete_venue"),
    # The catalogue.
    _for(
        Caller.VISITOR,
        *("list_events", "get_event", "list_ticket_types", "get_ticket_type", "get_availability"),
        permission=P.EVENTS_VIEW,
    ),
    _by(P.EVENTS_EDIT, "create_event", "update_event", "delete_event"),
    _by(P.EVENTS_PUBLISH, "publish_event", "unpublish_event", "cancel_event"),
    _by(P.EVENTS_EDIT, "create_ticket_type", "update_ticket_type", "delete_ticket_type"),
    _by(P.EVENTS_VIEW, "list_pools", "get_pool"),
    _by(P.EVENTS_EDIT, "create_pool", "update_pool", "delete_pool"),
    # Promo codes.
    _for(Caller.PERSON, "validate_promo_code"),
    _by(P.PROMO_CODES_VIEW, "list_promo_codes", "get_promo_code"),
    _by(P.PROMO_CODES_EDIT, "create_promo_code", "update_promo_code", "delete_promo_code"),
    # Buying.
    _for(
        Caller.VISITOR,
        *("get_cart", "update_cart", "empty_cart", "extend_lock", "lock_seats"),
        *("add_cart_item", "remove_cart_item", "place_order"),
        *("enter_queue", "poll_queue", "join_waiting_list", "list_waiting_list_entries"),
    ),
    _for(Caller.PERSON, "list_orders", permission=P.ORDERS_VIEW, own=Own.ORDERS_READ),
    _for(Caller.HOLDER, "get_order", permission=P.ORDERS_VIEW, own=Own.ORDERS_READ),
    _for(Caller.HOLDER, "cancel_order", permission=P.ORDERS_CANCEL),
    _for(Caller.HOLDER, "create_payment_intent", "confirm_payment"),
    _for(
        Caller.PERSON,
        *("list_payments", "get_payment"),
        permission=P.PAYMENTS_VIEW,
        own=Own.ORDERS_READ,
    ),
    _for(Caller.PROCESSOR, "receive_gateway_notice"),
    _for(Caller.PERSON, "list_tickets", permission=P.TICKETS_VIEW, own=Own.TICKETS_READ),
    _for(
        Caller.HOLDER,
        *("list_order_tickets", "get_ticket", "get_ticket_qr_code"),
        permission=P.TICKETS_VIEW,
        own=Own.TICKETS_READ,
    ),
    # Waiting.
    _for(Caller.HOLDER, "get_waiting_list_entry", permission=P.ORDERS_VIEW),
    _for(Caller.HOLDER, "leave_waiting_list", permission=P.ORDERS_CANCEL),
    _by(P.ORDERS_CANCEL, "change_waiting_list_priority", "offer_places"),
    _by(P.EVENTS_EDIT, "update_waiting_room"),
    _by(P.ORDERS_VIEW, "list_event_waiting_list"),
    _by(P.EVENTS_VIEW, "show_waiting_room"),
    # The door.
    _for(Caller.EVERYBODY, "authenticate_scanner"),
    _for(Caller.DOOR, "record_scan", permission=P.SCAN),
    _by(P.SCANNERS_MANAGE, "register_scanner", "revoke_scanner"),
    _by(P.SCANS_VIEW, "list_scanners", "get_scanner", "list_scans"),
)


OPEN_IN_A_VISIT = frozenset(
    {
        *("update_event", "update_ticket_type", "update_pool", "update_promo_code", "update_venue"),
        "cancel_order",
        # Changes nothing.
        "validate_promo_code",
    }
)
"""What may be changed in a support visit. Whatever is not here is the person's alone."""
CLOSED_IN_A_VISIT = frozenset({"export_me", "list_my_invitations", "show_consent"})
"""What may not even be read."""


class Unplaced(Exception):
    """An operation is served that nobody said who may call: add its line to `ACCESS`."""


def refuse_in_a_visit(actor: Actor, operation_id: str, method: str) -> None:
    """In a support visit one reads what the person may, and changes little. Raises NotInAVisit."""
    if actor.visitor_id is None:
        return
    name = _story(operation_id)
    is_open = name not in CLOSED_IN_A_VISIT if method in READS else name in OPEN_IN_A_VISIT
    if not is_open:
        raise NotInAVisit


def access_to(operation_id: str) -> Access:
    """An alias is what it stands for. Raises Unplaced."""
    name = _story(operation_id)
    if name not in ACCESS:
        raise Unplaced(name)
    return ACCESS[name]


def _story(operation_id: str) -> str:
    return operation_id.partition("__alias_")[0]
