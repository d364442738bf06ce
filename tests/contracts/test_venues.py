"""The venue store's promises, on memory and on PostgreSQL."""

import dataclasses
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.venues import MemoryVenuesTransaction
from adapters.postgres.database import Database
from adapters.postgres.venues.store import PostgresVenuesTransaction
from adapters.postgres.venues.tables import venue_from_row, venue_to_row
from application.shared.scope import organizations
from application.venues.ports import BeginVenues, Venue, VenueNotFound
from domain.shared.address import Address
from domain.shared.errors import StaleVersion
from domain.shared.ids import OrganizationId, VenueId
from tests.beyond import all_rows

ORG = OrganizationId(uuid4())
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SCOPE = organizations([ORG])


def a_venue(name: str = "Hall") -> Venue:
    return Venue(
        organization_id=ORG,
        id=VenueId(uuid4()),
        name=name,
        address=Address(line1="1 Main St", city="Łódź", country="PL", postal_code="90-001"),
        capacity=100,
        timezone="Europe/Warsaw",
        metadata={"stage": {"width": 12}},
        created_at=NOON,
        updated_at=NOON,
    )


class VenuesContract:
    async def test_a_venue_comes_back_equal(self, begin: BeginVenues) -> None:
        venue = a_venue()
        async with begin(SCOPE) as tx:
            await tx.venues.add(venue)

        async with begin(SCOPE) as tx:
            assert await tx.venues.get(venue.id) == venue

    async def test_a_stale_venue_is_not_saved(self, begin: BeginVenues) -> None:
        venue = a_venue()
        async with begin(SCOPE) as tx:
            await tx.venues.add(venue)
        stale = dataclasses.replace(venue, name="Stale")
        async with begin(SCOPE) as tx:
            await tx.venues.save(dataclasses.replace(venue, name="New"))

        with pytest.raises(StaleVersion):
            async with begin(SCOPE) as tx:
                await tx.venues.save(stale)

    async def test_a_rolled_back_venue_never_was(self, begin: BeginVenues) -> None:
        venue = a_venue()
        with pytest.raises(ZeroDivisionError):
            async with begin(SCOPE) as tx:
                await tx.venues.add(venue)
                raise ZeroDivisionError

        with pytest.raises(VenueNotFound):
            async with begin(SCOPE) as tx:
                await tx.venues.get(venue.id)


class TestMemoryVenues(VenuesContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginVenues:
        return memory.beginner(MemoryVenuesTransaction)


class TestPostgresVenues(VenuesContract):
    @pytest_asyncio.fixture
    async def begin(self, postgres: Database) -> BeginVenues:
        async with all_rows(postgres) as connection:
            await connection.execute(
                text(
                    "insert into organizations values (:id, 'Org', 'org', 'venue', 'active',"
                    " 'USD', 0, 0, :at, :at, 1)"
                ),
                {"id": ORG, "at": NOON},
            )
        return postgres.beginner(PostgresVenuesTransaction)


@given(
    st.builds(
        Address,
        line1=st.text("abcŁ ", min_size=1).filter(str.strip),
        city=st.just("Austin"),
        country=st.just("US"),
        state=st.none() | st.just("TX"),
    ),
    st.integers(1, 1_000_000),
)
def test_a_venue_survives_its_row(address: Address, capacity: int) -> None:
    venue = dataclasses.replace(a_venue(), address=address, capacity=capacity, version=3)

    row = type("Row", (), venue_to_row(venue) | {"version": 3})()

    assert venue_from_row(row) == venue
