"""Rows of identity lose nothing."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.identity.tables import (
    membership_from_row,
    membership_to_row,
    memberships,
    organization_from_row,
    organization_to_row,
    organizations,
    session_from_row,
    session_to_row,
    sessions,
    user_from_row,
    user_to_row,
    users,
)
from domain.identity.organization import (
    Organization,
    OrganizationSettings,
    OrganizationStatus,
    OrganizationType,
)
from domain.identity.session import Ending, Session
from domain.identity.team import Membership
from domain.identity.user import Email, User
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role

ids = st.uuids()
instants = st.datetimes(timezones=st.just(UTC))
names = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=3, max_size=40)
hashes = st.binary(min_size=32, max_size=32)
versions = st.integers(0, 2**31 - 1)


def as_row(values: dict[str, Any], **more: Any) -> Any:
    """What the database would give back: columns as attributes."""
    return SimpleNamespace(**values, **more)


@given(
    st.builds(
        User,
        id=ids.map(UserId),
        email=st.emails().map(Email),
        password_hash=names,
        first_name=names,
        last_name=names,
        phone=st.none() | names,
        is_platform_admin=st.booleans(),
        is_active=st.booleans(),
        created_at=instants,
        updated_at=instants,
        last_login_at=st.none() | instants,
        email_verified_at=st.none() | instants,
        avatar_url=st.none() | st.just("https://example.com/a.png"),
        closed_at=st.none() | instants,
        version=versions,
        recorded=st.just([]),
    )
)
def test_a_user_survives_its_row(user: User) -> None:
    row = user_to_row(user)

    assert {*row, "version"} == set(users.c.keys())
    assert user_from_row(as_row(row, version=user.version)) == user


@given(
    st.builds(
        Session,
        id=ids.map(SessionId),
        user_id=ids.map(UserId),
        refresh_hash=hashes,
        previous_refresh_hash=st.none() | hashes,
        user_agent=st.none() | names,
        ip=st.none() | names,
        created_at=instants,
        last_used_at=instants,
        expires_at=instants,
        revoked_at=st.none() | instants,
        ended_because=st.none() | st.sampled_from(Ending),
        version=versions,
        recorded=st.just([]),
    )
)
def test_a_session_survives_its_row(session: Session) -> None:
    row = session_to_row(session)

    assert {*row, "version"} == set(sessions.c.keys())
    assert session_from_row(as_row(row, version=session.version)) == session


@given(
    st.builds(
        Organization,
        id=ids.map(OrganizationId),
        name=names,
        slug=names,
        type=st.sampled_from(OrganizationType),
        status=st.sampled_from(OrganizationStatus),
        settings=st.builds(
            OrganizationSettings,
            default_currency=st.sampled_from(["EUR", "KWD"]),
            service_fee_percent=st.decimals(0, 100, places=2),
            service_fee_fixed=st.decimals(0, 1000, places=2),
        ),
        created_at=instants,
        updated_at=instants,
        version=versions,
        recorded=st.just([]),
    )
)
def test_an_organization_survives_its_row(organization: Organization) -> None:
    row = organization_to_row(organization)

    assert {*row, "version"} == set(organizations.c.keys())
    assert organization_from_row(as_row(row, version=organization.version)) == organization


@given(st.sampled_from(Role))
def test_a_membership_survives_its_row(role: Role) -> None:
    membership = Membership(
        organization_id=OrganizationId(UUID(int=1)),
        user_id=UserId(UUID(int=2)),
        role=role,
        joined_at=datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=1),
    )
    row = membership_to_row(membership)

    assert set(row) == set(memberships.c.keys())
    assert membership_from_row(as_row(row)) == membership
