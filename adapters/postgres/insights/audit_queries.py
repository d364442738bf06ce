"""The audit log: changes of rows and what happened, one list; and its chain, computed again."""

from typing import Any

from sqlalchemy import Row, text

from adapters.postgres.database import Database
from adapters.postgres.insights.chain import checked_blocks
from application.insights.queries import (
    AuditActorView,
    AuditCheckView,
    AuditEntryView,
    AuditFilter,
)
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import Scope
from domain.shared.ids import OrganizationId

BLOCKS_MAX = 1000
_OF_EVERY_EVENT = {"organization_id", "aggregate_id", "at"}
"""Told beside the facts already."""
_CLIENTS_OWN = {"metadata"}
"""What is in these columns was named by clients."""

_ENTRIES = """
    select e.id, e.type, e.aggregate_id, e.payload, e.recorded_at, e.origin,
           u.first_name, u.last_name, b.number as block
    from event_log e
    left join users u on e.origin ->> 'kind' = 'person' and u.id = cast(e.origin ->> 'id' as uuid)
    left join lateral (
        select number from audit_blocks b
        where b.organization_id = e.organization_id and b.last_position >= e.position
        order by b.last_position limit 1
    ) as b on true
    where e.organization_id = :organization_id
"""

_STRETCH = (
    "organization_id = :organization_id and number between :first - 1 and :first + :limit - 1"
)
_CHECK = text(
    f"{checked_blocks(_STRETCH)} select * from checked where number >= :first order by number"
)


class PostgresAuditQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_audit_entries(
        self, scope: Scope, organization_id: OrganizationId, where: AuditFilter, page: PageRequest
    ) -> Page[AuditEntryView]:
        conditions, keys = _conditions(where)
        keys |= {"organization_id": organization_id, "limit": page.limit + 1}
        after = page.after(int)
        if after is not None:
            conditions.append("e.id < :after")
            keys["after"] = after
        statement = text(
            f"{_ENTRIES}{''.join(f' and {one}' for one in conditions)}"
            " order by e.id desc limit :limit"
        )
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, keys)).all()
        return page_of([_entry(row) for row in rows], page.limit)

    async def check_audit_log(
        self, scope: Scope, organization_id: OrganizationId, first_block: int
    ) -> AuditCheckView:
        keys = {"organization_id": organization_id, "first": first_block, "limit": BLOCKS_MAX}
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(_CHECK, keys)).all()
        broken = next((row.number for row in rows if not row.is_intact), None)
        last = rows[-1].number if rows else None
        return AuditCheckView(
            is_intact=broken is None,
            first_block=rows[0].number if rows else None,
            last_block=last,
            entries=sum(row.entries for row in rows),
            broken_block=broken,
            head=rows[-1].hash.hex() if rows else None,
            next_block=last + 1 if last is not None and len(rows) == BLOCKS_MAX else None,
        )


def _conditions(where: AuditFilter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    keys: dict[str, Any] = {}
    for name, condition in (
        ("entity_id", "e.aggregate_id = :entity_id"),
        ("actor_id", "e.origin ->> 'id' = cast(:actor_id as text)"),
        ("at_from", "e.recorded_at >= :at_from"),
        ("at_to", "e.recorded_at < :at_to"),
    ):
        value = getattr(where, name)
        if value is not None:
            conditions.append(condition)
            keys[name] = str(value) if name == "actor_id" else value
    if where.entity is not None:
        conditions.append("(e.payload ->> 'table' = :table or e.type like :happened)")
        keys |= {"table": _table_of(where.entity), "happened": f"{_literal(where.entity)}.%"}
    return conditions, keys


def _entry(row: Row[Any]) -> AuditEntryView:
    is_change = row.type.startswith("row.")
    entity, _, verb = row.type.partition(".")
    origin = row.origin or {}
    if is_change:
        entity = _entity_of(row.payload["table"])
    name = f"{row.first_name} {row.last_name}" if row.first_name is not None else None
    return AuditEntryView(
        id=row.id,
        at=row.recorded_at,
        action=f"{entity}.{verb}",
        entity=entity,
        entity_id=row.aggregate_id,
        actor=_actor(origin, name) if origin else None,
        ip=origin.get("ip"),
        request_id=origin.get("request_id"),
        before=_told(row.payload["before"]) if is_change else {},
        after=_told(row.payload["after"]) if is_change else {},
        facts={} if is_change else _facts(row.payload),
        block=row.block,
    )


def _facts(payload: dict[str, Any]) -> Any:
    return _told({name: it for name, it in payload.items() if name not in _OF_EVERY_EVENT})


def _told(kept: Any) -> Any:
    """With names as on the wire; what is stored, and hashed, has those of the columns."""
    if isinstance(kept, list):
        return [_told(one) for one in kept]
    if isinstance(kept, dict):
        return {
            _camel(name): it if name in _CLIENTS_OWN else _told(it) for name, it in kept.items()
        }
    return kept


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _actor(origin: dict[str, Any], name: str | None) -> AuditActorView:
    return AuditActorView(
        kind=origin["kind"], id=origin.get("id"), name=name, as_user=origin.get("as_user")
    )


def _entity_of(table: str) -> str:
    return f"{table[:-3]}y" if table.endswith("ies") else table.removesuffix("s")


def _table_of(entity: str) -> str:
    return f"{entity[:-1]}ies" if entity.endswith("y") else f"{entity}s"


def _literal(text_: str) -> str:
    return text_.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
