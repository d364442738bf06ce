"""Who comes to the doors: people with a session each, and tokens that are easy to read."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from adapters.memory.database import MemoryDatabase
from application.admission.ports import ScannerToken
from application.shared.actor import Actor
from domain.identity.session import Session
from domain.shared.ids import OrganizationId, ScannerId, SessionId, UserId
from domain.shared.permissions import Role
from tests.contracts.admission_world import NOON, ORG


def a_person(
    memory: MemoryDatabase,
    role: Role | None,
    organization_id: OrganizationId = ORG,
    number: int = 1,
) -> Actor:
    """Signed in, and a member in that role, or of nothing."""
    session_id, user_id = SessionId(UUID(int=200 + number)), UserId(UUID(int=300 + number))
    session = Session.start(session_id, user_id, b"", user_agent=None, ip=None, at=NOON)
    memory.table("sessions").put(session_id, session)
    return Actor(
        user_id=user_id,
        session_id=session_id,
        email="staff@example.org",
        name="Staff",
        memberships={} if role is None else {organization_id: role},
    )


def sign_out(memory: MemoryDatabase, actor: Actor) -> None:
    session = memory.table("sessions").get(actor.session_id)
    assert session is not None
    session.revoked_at = NOON + timedelta(minutes=1)
    memory.table("sessions").put(actor.session_id, session)


@dataclass(frozen=True)
class PlainToken:
    token: str
    expires_in_s: int


class PlainTokens:
    def issue_scanner_token(self, scanner_id: ScannerId) -> ScannerToken:
        return PlainToken(f"token of {scanner_id}", 43200)
