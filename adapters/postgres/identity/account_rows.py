"""Links in mails, registrations, preferences, counted guesses and familiar networks as rows."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, DateTime, LargeBinary, Row, Table

from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.preferences import Preferences
from domain.identity.registration import Registration
from domain.identity.user import Email

account_links = Table(
    "account_links",
    SCHEMA,
    uid("id", key=True),
    uid("user_id"),
    words("purpose"),
    words("email"),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", null=True),
    version(),
)

registrations = Table(
    "registrations",
    SCHEMA,
    uid("id", key=True),
    words("email"),
    words("email_key"),
    words("password_hash"),
    words("first_name"),
    words("last_name"),
    words("phone", null=True),
    instant("created_at"),
)

user_preferences = Table(
    "user_preferences",
    SCHEMA,
    uid("user_id", key=True),
    words("locale"),
    words("timezone"),
    Column("marketing_emails", Boolean, nullable=False),
    Column("organizer_emails", Boolean, nullable=False),
    Column("reminder_emails", Boolean, nullable=False),
    Column("waiting_list_emails", Boolean, nullable=False),
)

attempts = Table(
    "attempts",
    SCHEMA,
    words("kind", key=True),
    Column("subject", LargeBinary, primary_key=True),
    Column("tried_at", ARRAY(DateTime(timezone=True)), nullable=False),
    instant("keep_until"),
)

familiar_networks = Table(
    "familiar_networks",
    SCHEMA,
    uid("user_id", key=True),
    words("network", key=True),
    instant("seen_at"),
)


def link_to_row(link: AccountLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "user_id": link.user_id,
        "purpose": link.purpose.value,
        "email": link.email.address,
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "used_at": link.used_at,
    }


def link_from_row(row: Row[Any]) -> AccountLink:
    return AccountLink(
        id=row.id,
        user_id=row.user_id,
        purpose=LinkPurpose(row.purpose),
        email=Email(row.email),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        version=row.version,
    )


def registration_to_row(registration: Registration) -> dict[str, Any]:
    return {
        "id": registration.id,
        "email": registration.email.address,
        "email_key": registration.email.key,
        "password_hash": registration.password_hash,
        "first_name": registration.first_name,
        "last_name": registration.last_name,
        "phone": registration.phone,
        "created_at": registration.created_at,
    }


def registration_from_row(row: Row[Any]) -> Registration:
    return Registration(
        id=row.id,
        email=Email(row.email),
        password_hash=row.password_hash,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        created_at=row.created_at,
    )


def preferences_to_row(preferences: Preferences) -> dict[str, Any]:
    return {
        "locale": preferences.locale,
        "timezone": preferences.timezone,
        "marketing_emails": preferences.marketing_emails,
        "organizer_emails": preferences.organizer_emails,
        "reminder_emails": preferences.reminder_emails,
        "waiting_list_emails": preferences.waiting_list_emails,
    }


def preferences_from_row(row: Row[Any]) -> Preferences:
    return Preferences(
        locale=row.locale,
        timezone=row.timezone,
        marketing_emails=row.marketing_emails,
        organizer_emails=row.organizer_emails,
        reminder_emails=row.reminder_emails,
        waiting_list_emails=row.waiting_list_emails,
    )
