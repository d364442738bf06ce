"""Invitations as rows."""

from typing import Any

from sqlalchemy import Column, Row, SmallInteger, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.identity.errors import AlreadyInvited
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.user import Email
from domain.shared.permissions import Role

UNIQUE["invitations_open"] = AlreadyInvited

invitations = Table(
    "invitations",
    SCHEMA,
    uid("organization_id", key=True),
    uid("id", key=True),
    words("email"),
    words("email_key"),
    words("role"),
    Column("event_ids", ARRAY(Uuid(as_uuid=True)), nullable=True),
    uid("invited_by"),
    words("status"),
    Column("round", SmallInteger, nullable=False),
    instant("sent_at"),
    instant("created_at"),
    instant("expires_at"),
    instant("closed_at", null=True),
    uid("accepted_by", null=True),
    version(),
)


def invitation_to_row(invitation: Invitation) -> dict[str, Any]:
    return {
        "organization_id": invitation.organization_id,
        "id": invitation.id,
        "email": invitation.email.address,
        "email_key": invitation.email.key,
        "role": invitation.role.value,
        "event_ids": None if invitation.event_ids is None else list(invitation.event_ids),
        "invited_by": invitation.invited_by,
        "status": invitation.status.value,
        "round": invitation.round,
        "sent_at": invitation.sent_at,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "closed_at": invitation.closed_at,
        "accepted_by": invitation.accepted_by,
    }


def invitation_from_row(row: Row[Any]) -> Invitation:
    return Invitation(
        organization_id=row.organization_id,
        id=row.id,
        email=Email(row.email),
        role=Role(row.role),
        event_ids=None if row.event_ids is None else tuple(row.event_ids),
        invited_by=row.invited_by,
        status=InvitationStatus(row.status),
        round=row.round,
        sent_at=row.sent_at,
        created_at=row.created_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        accepted_by=row.accepted_by,
        version=row.version,
    )
