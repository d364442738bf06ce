"""The world of the admission contract behind the doors of HTTP, with people who may enter."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import insert

from adapters.postgres.identity.tables import memberships, sessions, users
from adapters.tokens.ticket_seal import TicketSeal
from domain.sales.ticket import Ticket
from domain.shared.ids import OrganizationId, SessionId, UserId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.contracts.admission_world import (
    BUYER,
    NOON,
    ORG,
    OTHER_ORG,
    STAFF,
    STRANGER,
    barcode,
    lay_in_postgres,
)

CUSTOMER = UserId(UUID(int=54))
ANALYST = UserId(UUID(int=55))
GATEKEEPER = UserId(UUID(int=56))
ADMIN = UserId(UUID(int=57))

_ROLES: dict[UserId, tuple[OrganizationId, str]] = {
    STAFF: (ORG, "manager"),
    ANALYST: (ORG, "analyst"),
    GATEKEEPER: (ORG, "scanner"),
    STRANGER: (OTHER_ORG, "owner"),
}
_PEOPLE = (BUYER, STAFF, STRANGER, CUSTOMER, ANALYST, GATEKEEPER, ADMIN)

Json = dict[str, Any]


@dataclass(frozen=True)
class HttpDoors:
    client: AsyncTestClient[Litestar]
    container: Container

    def as_person(self, user_id: UserId) -> dict[str, str]:
        token = self.container.core.token_signer().issue(user_id, SessionId(user_id))
        return {"Authorization": f"Bearer {token.token}"}

    def barcode(self, ticket: Ticket, generation: int | None = None) -> str:
        keyring = self.container.core.keyring()
        seal = TicketSeal(keyring.masters, keyring.current)
        return barcode(ticket, generation=generation, seal=seal)

    async def register(self, **facts: Any) -> Json:
        body = {"organizationId": str(ORG), "name": "Main door"} | facts
        response = await self.client.post(
            "/api/v1/scanners/register", json=body, headers=self.as_person(STAFF)
        )
        assert response.status_code == 201, response.text
        registered: Json = response.json()
        return registered

    async def as_scanner(self, **facts: Any) -> dict[str, str]:
        """The headers of a scanner that has just been registered and has signed in."""
        return await self.signed_in((await self.register(**facts))["apiKey"])

    async def signed_in(self, key: str) -> dict[str, str]:
        response = await self.client.post("/api/v1/scanners/auth", json={"apiKey": key})
        assert response.status_code == 200, response.text
        return {"Authorization": f"Bearer {response.json()['accessToken']}"}

    async def scan(
        self, headers: dict[str, str], ticket: Ticket | str, direction: str = "entry"
    ) -> Json:
        code = self.barcode(ticket) if isinstance(ticket, Ticket) else ticket
        response = await self.client.post(
            "/api/v1/scanners/scan",
            json={"barcode": code, "direction": direction},
            headers=headers,
        )
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer


async def lay_out(container: Container) -> None:
    """The world, and people with one session each; the session's id is the person's."""
    database = container.core.database()
    await lay_in_postgres(database)
    async with all_rows(database) as connection:
        for person in _PEOPLE:
            await connection.execute(insert(users).values(_user(person)))
            await connection.execute(insert(sessions).values(_session(person)))
        for person, (organization_id, role) in _ROLES.items():
            membership = {
                "organization_id": organization_id,
                "user_id": person,
                "role": role,
                "joined_at": NOON,
            }
            await connection.execute(insert(memberships).values(membership))


def _user(person: UserId) -> Json:
    return {
        "id": person,
        "email": f"p{person.int}@example.org",
        "email_key": f"p{person.int}@example.org",
        "password_hash": "",
        "first_name": "Some",
        "last_name": "Body",
        "is_platform_admin": person == ADMIN,
        "is_active": True,
        "created_at": NOON,
        "updated_at": NOON,
        "version": 1,
    }


def _session(person: UserId) -> Json:
    return {
        "id": person,
        "user_id": person,
        "refresh_hash": person.bytes,
        "created_at": NOON,
        "last_used_at": NOON,
        "expires_at": NOON.replace(year=NOON.year + 1),
        "version": 1,
    }
