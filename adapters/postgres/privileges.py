"""What the roles may do, in one place: `migrate` sets it anew each time.

`tixmo_app` reads and writes all rows that row-level security lets it see, and changes nothing of
the audit log. `tixmo_system` is let past row-level security and therefore has these columns alone.
A query in the scope SYSTEM that needs another one is refused by PostgreSQL: add the column here if
the query must see all tenants' rows, or give the query a narrower scope.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from application.shared.transaction import DatabaseDown

APPLICATION = "tixmo_app"
SYSTEM_ROLE = "tixmo_system"
ROLES = (Path(__file__).parent / "roles.sql").read_text()

SYSTEM_READS: dict[str, str] = {
    # Who somebody is: asked before anything is known of them.
    "users": "id email email_key first_name last_name phone is_platform_admin is_active created_at"
    " last_login_at email_verified_at closed_at",
    "sessions": "id user_id visitor_id user_agent ip expires_at revoked_at ended_because",
    "support_visits": "id user_id organization_ids reason started_at ends_at ended_at",
    "memberships": "organization_id user_id role event_ids",
    "invitations": "organization_id id email_key role invited_by accepted_by status created_at"
    " expires_at closed_at",
    "credentials": "id hash owner_id expires_at",
    "api_keys": "organization_id id name prefix scopes event_ids rate_tier created_by created_at"
    " revoked_at last_used_at",
    "oauth_clients": "organization_id id name redirect_uris scopes secret_hash created_by"
    " created_at revoked_at version",
    "scanners": "organization_id id name key_hash key_hint event_ids status created_at last_seen_at"
    " version",
    # What a platform administrator chooses from, and whose fees an offer has.
    "organizations": "id name slug type status default_currency service_fee_percent"
    " service_fee_fixed guest_checkout created_at updated_at version status_reason contact_email"
    " phone website address logo_url primary_color secondary_color ticket_transfers_enabled"
    " email_notifications refund_policy privacy_policy_url terms_of_service_url",
    # What is for sale, read for all visitors at once, and whose an id is.
    "events": "organization_id id short_id name currency starts_at sales_start sales_end intent"
    " visibility published_at",
    "ticket_types": "organization_id id event_id name price_minor min_per_order max_per_order"
    " max_per_customer sales_start sales_end status",
    "ticket_type_draws": "organization_id ticket_type_id allotment_id units",
    "allotment_counters": "organization_id allotment_id capacity held sold blocked revision",
    "waiting_rooms": "organization_id event_id is_on opens_at per_minute pass_minutes created_at",
    "venues": "organization_id id",
    "promo_codes": "organization_id id applicable_events",
    # What is due, and the batches that serve many tenants at once.
    "orders": "organization_id id event_id number buyer_id buyer_email status currency total_minor"
    " expires_at",
    "tickets": "organization_id id order_id holder_id",
    "payments": "organization_id id order_id payer_id attempt tries provider provider_ref"
    " client_secret status amount_minor currency received_minor failure_code review_flag"
    " created_at updated_at settled_at version",
    "carts": "organization_id id event_id owner_id token_hash client status currency items"
    " promo_code draw_ids draw_units places opened_at expires_at extendable_until closed_at"
    " order_id version",
    "waiting_list_entries": "organization_id id event_id ticket_type_id quantity user_id name email"
    " email_key client priority status draw_ids draw_units waits_for joined_at offered_at"
    " offer_expires_at order_id closed_at version",
    "event_log": "organization_id id type type_version aggregate_id payload recorded_at position"
    " transaction_id origin",
    "audit_blocks": "organization_id number first_position last_position entries hash",
    # Global: keys of requests, and what others told us.
    "idempotency_records": "id fingerprint outcome recorded_at",
    "provider_events": "provider provider_event_id kind provider_ref received_at processed_at",
    "deliveries": "subscriber event_id delivered_at",
}
SYSTEM_WRITES: dict[str, tuple[str, ...]] = {
    "event_log": ("update (position)",),
    "audit_blocks": ("insert",),
    # People's, and therefore global: what expired long ago is forgotten.
    "sessions": ("update (ended_because)", "delete"),
    "spent_challenges": ("select", "update", "delete"),
    "account_links": ("select", "update", "delete"),
    "registrations": ("select", "update", "delete"),
    "familiar_networks": ("select", "update", "delete"),
    "attempts": ("select", "update", "delete"),
    "credentials": ("insert", "update", "delete"),
    "oauth_grants": ("select", "insert", "update", "delete"),
    "idempotency_records": ("insert", "update (outcome)", "delete"),
    "provider_events": ("insert", "update (processed_at)"),
    "deliveries": ("insert",),
    # The queue is global, and whoever finds work enqueues it.
    "procrastinate_jobs": ("select", "insert", "update", "delete"),
    "procrastinate_events": ("select", "insert"),
    "procrastinate_periodic_defers": ("select", "insert", "update"),
    "procrastinate_workers": ("select",),
}


def ensure_roles(connection: Connection) -> None:
    """Make the roles if we may. Raises DatabaseDown, naming the script, if we may not."""
    found = connection.execute(
        text(
            """
            select count(*) filter (where rolname in ('tixmo_app', 'tixmo_system')) = 2 as are_made,
                   bool_or(rolsuper and rolname = current_user) as may_create
            from pg_roles
            """
        )
    ).one()
    if found.are_made:
        return
    if not found.may_create:
        raise DatabaseDown(
            f"The roles {APPLICATION} and {SYSTEM_ROLE} are missing: let a superuser run"
            " adapters/postgres/roles.sql (docs/running.md)."
        )
    _run(connection, ROLES)


def grant_privileges(connection: Connection) -> None:
    """As this module says: whatever else was granted to the system is taken back."""
    connection.execute(text("select pg_advisory_xact_lock(20267)"))
    _run(connection, _APPLICATION)
    _run(connection, _SYSTEM)
    for table, columns in SYSTEM_READS.items():
        listed = ", ".join(columns.split())
        _run(connection, f"grant select ({listed}) on {table} to {SYSTEM_ROLE}")
    for table, privileges in SYSTEM_WRITES.items():
        _run(connection, f"grant {', '.join(privileges)} on {table} to {SYSTEM_ROLE}")


_APPLICATION = f"""
grant usage on schema public to {APPLICATION};
grant select, insert, update, delete on all tables in schema public to {APPLICATION};
grant usage, select on all sequences in schema public to {APPLICATION};
revoke all on function tixmo_protect from {APPLICATION};
revoke update, delete on event_log from {APPLICATION};
revoke insert, update, delete on audit_blocks from {APPLICATION};
"""
_SYSTEM = f"""
revoke all on all tables in schema public from {SYSTEM_ROLE};
grant usage on schema public to {SYSTEM_ROLE};
grant usage, select on all sequences in schema public to {SYSTEM_ROLE};
"""


def _run(connection: Connection, script: str) -> None:
    # The driver's own call: SQLAlchemy would prepare the script, and a script is many statements.
    driver: Any = connection.connection.driver_connection
    driver.execute(script)
