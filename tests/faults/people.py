"""People who may do something at a sale."""

from uuid import uuid4

from application.shared.actor import Actor
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role
from tests.faults.fleet import Fleet, Sale


def an_owner(fleet: Fleet, sale: Sale) -> Actor:
    """Somebody of the organisation, signed in."""
    user_id, session_id = uuid4(), uuid4()
    fleet.owner.execute(
        "insert into users (id, email, email_key, password_hash, first_name, last_name,"
        " created_at, updated_at, version)"
        " values (%(id)s, %(email)s, %(email)s, '', 'A', 'B', now(), now(), 1)",
        {"id": user_id, "email": f"{user_id.hex}@example.com"},
    )
    fleet.owner.execute(
        "insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at,"
        " version) values (%s, %s, %s, now(), now(), now() + interval '1 day', 1)",
        [session_id, user_id, session_id.bytes],
    )
    return Actor(
        user_id=UserId(user_id),
        session_id=SessionId(session_id),
        email="owner@example.com",
        name="Owner",
        memberships={OrganizationId(sale.organization_id): Role.OWNER},
    )
