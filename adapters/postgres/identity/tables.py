"""People, sessions, organisations and memberships as rows."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Boolean, Column, LargeBinary, Numeric, Row, Table, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.database import UNIQUE
from adapters.postgres.schema import SCHEMA, document, instant, uid, version, words
from domain.identity.errors import AlreadyMember, EmailTaken, SlugTaken
from domain.identity.organization import (
    Contact,
    Organization,
    OrganizationSettings,
    OrganizationStatus,
    OrganizationType,
)
from domain.identity.session import Ending, Session
from domain.identity.team import Membership
from domain.identity.user import Email, User
from domain.shared.address import Address
from domain.shared.permissions import Role

UNIQUE["users_email_key_key"] = EmailTaken
UNIQUE["organizations_slug_key"] = SlugTaken
UNIQUE["memberships_pkey"] = AlreadyMember

users = Table(
    "users",
    SCHEMA,
    uid("id", key=True),
    words("email"),
    words("email_key"),
    words("password_hash", null=True),
    words("first_name"),
    words("last_name"),
    words("phone", null=True),
    Column("is_platform_admin", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    instant("last_login_at", null=True),
    version(),
    instant("email_verified_at", null=True),
    words("avatar_url", null=True),
    instant("closed_at", null=True),
)

# `User.greeted` of the row `u`.
GREETED = (
    "case when u.email_verified_at is not null "
    "then u.first_name || ' ' || u.last_name else '' end as greeted"
)

sessions = Table(
    "sessions",
    SCHEMA,
    uid("id", key=True),
    uid("user_id"),
    Column("refresh_hash", LargeBinary, nullable=False),
    Column("previous_refresh_hash", LargeBinary),
    words("user_agent", null=True),
    words("ip", null=True),
    instant("created_at"),
    instant("last_used_at"),
    instant("expires_at"),
    instant("revoked_at", null=True),
    version(),
    words("ended_because", null=True),
    uid("visitor_id", null=True),
)

organizations = Table(
    "organizations",
    SCHEMA,
    uid("id", key=True),
    words("name"),
    words("slug"),
    words("type"),
    words("status"),
    words("default_currency"),
    Column("service_fee_percent", Numeric(5, 2), nullable=False),
    Column("service_fee_fixed", Numeric(15, 3), nullable=False),
    instant("created_at"),
    instant("updated_at"),
    version(),
    Column("guest_checkout", Boolean, nullable=False),
    words("status_reason", null=True),
    words("contact_email", null=True),
    words("phone", null=True),
    words("website", null=True),
    document("address", null=True),
    words("logo_url", null=True),
    words("primary_color", null=True),
    words("secondary_color", null=True),
    Column("ticket_transfers_enabled", Boolean, nullable=False, server_default=true()),
    Column("email_notifications", Boolean, nullable=False, server_default=true()),
    words("refund_policy", null=True),
    words("privacy_policy_url", null=True),
    words("terms_of_service_url", null=True),
)
SETTINGS = tuple(OrganizationSettings.__dataclass_fields__)
"""Each is a column of the same name."""

memberships = Table(
    "memberships",
    SCHEMA,
    uid("organization_id", key=True),
    uid("user_id", key=True),
    words("role"),
    instant("joined_at"),
    Column("event_ids", ARRAY(Uuid(as_uuid=True)), nullable=True),
)


def user_to_row(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email.address,
        "email_key": user.email.key,
        "password_hash": user.password_hash,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": user.phone,
        "is_platform_admin": user.is_platform_admin,
        "is_active": user.is_active,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "last_login_at": user.last_login_at,
        "email_verified_at": user.email_verified_at,
        "avatar_url": user.avatar_url,
        "closed_at": user.closed_at,
    }


def user_from_row(row: Row[Any]) -> User:
    return User(
        id=row.id,
        email=Email(row.email),
        password_hash=row.password_hash,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        is_platform_admin=row.is_platform_admin,
        is_active=row.is_active,
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_login_at=row.last_login_at,
        email_verified_at=row.email_verified_at,
        avatar_url=row.avatar_url,
        closed_at=row.closed_at,
        version=row.version,
    )


def session_to_row(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "user_id": session.user_id,
        "refresh_hash": session.refresh_hash,
        "previous_refresh_hash": session.previous_refresh_hash,
        "user_agent": session.user_agent,
        "ip": session.ip,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
        "revoked_at": session.revoked_at,
        "ended_because": session.ended_because and session.ended_because.value,
        "visitor_id": session.visitor_id,
    }


def session_from_row(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        user_id=row.user_id,
        refresh_hash=row.refresh_hash,
        previous_refresh_hash=row.previous_refresh_hash,
        user_agent=row.user_agent,
        ip=row.ip,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        ended_because=None if row.ended_because is None else Ending(row.ended_because),
        visitor_id=row.visitor_id,
        version=row.version,
    )


def organization_to_row(organization: Organization) -> dict[str, Any]:
    contact = organization.contact
    return {
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "type": organization.type.value,
        "status": organization.status.value,
        "status_reason": organization.status_reason,
        **{name: getattr(organization.settings, name) for name in SETTINGS},
        "contact_email": contact.email,
        "phone": contact.phone,
        "website": contact.website,
        "address": None if contact.address is None else asdict(contact.address),
        "logo_url": contact.logo_url,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }


def organization_from_row(row: Row[Any]) -> Organization:
    return Organization(
        id=row.id,
        name=row.name,
        slug=row.slug,
        type=OrganizationType(row.type),
        status=OrganizationStatus(row.status),
        status_reason=row.status_reason,
        settings=settings_from_row(row),
        contact=contact_from_row(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def settings_from_row(row: Row[Any]) -> OrganizationSettings:
    return OrganizationSettings(**{name: getattr(row, name) for name in SETTINGS})


def contact_from_row(row: Row[Any]) -> Contact:
    return Contact(
        email=row.contact_email,
        phone=row.phone,
        website=row.website,
        address=None if row.address is None else Address(**row.address),
        logo_url=row.logo_url,
    )


def membership_to_row(membership: Membership) -> dict[str, Any]:
    return {
        "organization_id": membership.organization_id,
        "user_id": membership.user_id,
        "role": membership.role.value,
        "joined_at": membership.joined_at,
        "event_ids": None if membership.event_ids is None else list(membership.event_ids),
    }


def membership_from_row(row: Row[Any]) -> Membership:
    return Membership(
        organization_id=row.organization_id,
        user_id=row.user_id,
        role=Role(row.role),
        joined_at=row.joined_at,
        event_ids=None if row.event_ids is None else tuple(row.event_ids),
    )
