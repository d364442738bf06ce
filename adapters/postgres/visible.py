"""Which rows a person may look at: their own, or those of an organisation they belong to.

What a member may see of it is decided afterwards, by `authorize`.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from adapters.postgres.database import Database
from application.shared import scope as scopes
from application.shared.actor import Actor
from application.shared.scope import SYSTEM, Scope

# Through the organisations, which keeps the primary key in use.
_OWNER = """
    select t.organization_id from organizations o
    join {table} t on t.organization_id = o.id and t.id = :id
"""
_GUESTS_OWNER = text("select organization_id from orders where buyer_id is null and id = :id")


def visible(table: str, person: str) -> str:
    """The condition for the row `:id`; `person` is the column that says whose it is.

    Each arm has an index: the person's, and the primary key under each organisation.
    """
    row = f"{table}.id = :id"
    return f"""
    (({table}.{person} = :person_id and {row})
     or ({table}.organization_id = any(:organization_ids) and {row}))
    """


def seen_by(scope: Scope, id_: UUID) -> dict[str, Any]:
    """The parameters of `visible`."""
    return {
        "id": id_,
        "person_id": scope.person_id,
        "organization_ids": list(scope.organization_ids),
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


async def sight_of(database: Database, actor: Actor, table: str, id_: UUID) -> Scope:
    """The scope in which the actor may come upon the row of this table, which must have its id.

    A platform administrator belongs nowhere and sees everything: whose it is, is asked first.
    """
    if not actor.is_platform_admin:
        return actor.as_member()
    async with database.read(SYSTEM) as connection:
        rows = await connection.execute(text(_OWNER.format(table=table)), {"id": id_})
        owners = rows.scalars().all()
    return scopes.person(
        actor.user_id, member_of=(*actor.memberships, *owners), session_id=actor.session_id
    )


async def sight_of_guest(database: Database, order_id: UUID) -> Scope:
    """The scope of whose order it is, if a guest placed it, and else of nobody."""
    async with database.read(SYSTEM) as connection:
        rows = await connection.execute(_GUESTS_OWNER, {"id": order_id})
        return scopes.organizations(rows.scalars())
