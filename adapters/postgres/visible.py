"""Which rows a person may look at: their own, or those of an organisation they belong to.

What a member may see of it is decided afterwards, by `authorize`.
"""

from typing import Any
from uuid import UUID

from application.shared.actor import Actor
from application.shared.scope import Scope


def visible(table: str, person: str) -> str:
    """The condition for the row `:id`; `person` is the column that says whose it is.

    Each arm has an index: the person's, and the primary key under each organisation. A platform
    administrator goes through all organisations, which keeps the primary key in use.
    """
    row = f"{table}.id = :id"
    return f"""
    (({table}.{person} = :person_id and {row})
     or ({table}.organization_id = any(:organization_ids) and {row})
     or (:everywhere and {table}.organization_id in (select id from organizations) and {row}))
    """


def seen_by(actor: Actor, id_: UUID) -> dict[str, Any]:
    """The parameters of `visible`."""
    return {
        "id": id_,
        "person_id": actor.user_id,
        "organization_ids": list(actor.memberships),
        "everywhere": actor.is_platform_admin,
    }


def of_events(event: str) -> str:
    """The condition for rows of the scope's organisations; `event` is the column of the event."""
    table = event.partition(".")[0]
    return f"""
    ({table}.organization_id = any(:whole)
     or ({table}.organization_id = any(:organization_ids)
         and {event} = any(cast(:event_ids as uuid[]))))
    """


def own_events(scope: Scope) -> dict[str, Any]:
    """The parameters of `of_events`."""
    return {
        "whole": list(scope.whole),
        "organization_ids": list(scope.organization_ids),
        "event_ids": list(scope.event_ids),
    }
