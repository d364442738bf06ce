"""Whose each row is: every column that names a person, what the person is told of it, and what is
left of it when they close their account.
"""

from typing import Any, NamedTuple

import psycopg

ERASED = "erased"


class Held(NamedTuple):
    """`told` is a path in the export, or else why it is not told; `left` is why it stays."""

    told: str
    left: str = ERASED


_COUNTS = "an id without a person: users is emptied"
_SALE = "the organiser's accounts, which the law makes them keep"
_WORK = "what somebody did for an organisation is in its records, and theirs to tell"

HELD: dict[str, Held] = {
    "account_links.user_id": Held("account.mailedLinks"),
    "api_keys.created_by": Held("account.apiKeys", _COUNTS),
    "carts.owner_id": Held("carts", _COUNTS),
    "carts.client": Held("carts", _COUNTS),
    "event_log.aggregate_id": Held(_WORK, _COUNTS),
    "familiar_networks.user_id": Held("account.familiarNetworks"),
    "invitations.accepted_by": Held("account.invitations", _COUNTS),
    "invitations.invited_by": Held("account.invitations", _COUNTS),
    "linked_identities.user_id": Held("account.linkedIdentities"),
    "login_flows.user_id": Held("gone after ten minutes, and never has more than a moment in it"),
    "memberships.user_id": Held("account.memberships"),
    "oauth_clients.created_by": Held("account.oauthClients", _COUNTS),
    "oauth_grants.user_id": Held("account.authorizations"),
    "orders.buyer_id": Held("orders", _SALE),
    "passkeys.user_id": Held("account.passkeys"),
    "payments.payer_id": Held("payments", _SALE),
    "scans.user_id": Held(_WORK, _COUNTS),
    "second_factors.user_id": Held("account.secondFactor"),
    "sessions.user_id": Held("account.sessions"),
    "sessions.visitor_id": Held(_WORK, "of an administrator, while a visit lasts"),
    "support_visits.user_id": Held("account.supportVisits", "who looked, and why, stays on record"),
    "support_visits.visitor_id": Held(_WORK, "who looked, and why, stays on record"),
    "tickets.holder_id": Held("tickets", _SALE),
    "user_preferences.user_id": Held("account.preferences"),
    "waiting_list_entries.user_id": Held("waitingListEntries"),
    "waiting_list_entries.client": Held("waitingListEntries"),
}

NOBODYS = {
    *("id", "organization_id", "allotment_id", "event_id", "order_id", "ticket_id", "cart_id"),
    *("ticket_type_id", "promo_code_id", "scanner_id"),
    # An application, and whose it is; a digest of a request.
    *("client_id", "client_organization_id", "fingerprint"),
}
"""Columns of ids that are no person's, whatever table they are in."""
OF_OTHERS = {"credentials.owner_id": "a key's or an application's"}

_UUIDS = """
    select c.relname || '.' || a.attname, a.attname
    from pg_class c
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and a.atttypid = 'uuid'::regtype
      and not exists (
          select from pg_constraint k
          where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> 'users'::regclass
            and a.attnum = any(k.conkey))
"""


def columns_of_persons(connection: psycopg.Connection[Any]) -> set[str]:
    """Whatever may name a person, as PostgreSQL's catalogue tells it."""
    return {
        column
        for column, name in connection.execute(_UUIDS)
        if name not in NOBODYS and column not in OF_OTHERS
    }


def tables_with(connection: psycopg.Connection[Any], *canaries: str) -> dict[str, set[str]]:
    """Which of these words are in which table."""
    tables = connection.execute(
        "select tablename from pg_tables where schemaname = 'public'"
    ).fetchall()
    found = {}
    for (table,) in tables:
        told = str(connection.execute(f"select t::text from {table} t").fetchall())
        found[table] = {canary for canary in canaries if canary in told}
    return {table: words for table, words in found.items() if words}
