"""What the catalogue reads of organisations."""

from sqlalchemy import text

from adapters.postgres.database import Database
from application.catalogue.ports import Organizer
from application.shared.scope import organizations
from domain.catalogue.errors import OrganizerNotFound
from domain.shared.ids import OrganizationId

_GET = text("select default_currency, status from organizations where id = :id")


class PostgresOrganizers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def organizer(self, organization_id: OrganizationId) -> Organizer:
        async with self._database.read(organizations([organization_id])) as connection:
            row = (await connection.execute(_GET, {"id": organization_id})).one_or_none()
        if row is None:
            raise OrganizerNotFound
        return Organizer(default_currency=row.default_currency, is_active=row.status == "active")
