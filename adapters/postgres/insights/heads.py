"""The ends of all audit chains."""

from sqlalchemy import text

from adapters.postgres.database import Database
from application.insights.ports import AuditHead
from application.shared.scope import SYSTEM
from domain.shared.ids import OrganizationId

_HEADS = text(
    """
    select distinct on (organization_id) organization_id, number, hash
    from audit_blocks order by organization_id, number desc
    """
)


class PostgresAuditHeads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[AuditHead]:
        async with self._database.read(SYSTEM) as connection:
            rows = await connection.execute(_HEADS)
            return [
                AuditHead(OrganizationId(row.organization_id), row.number, bytes(row.hash))
                for row in rows
            ]
