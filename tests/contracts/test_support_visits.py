"""Support visits: memory and PostgreSQL keep the same promises."""

from datetime import datetime

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemorySessions
from adapters.memory.identity_visits import MemorySupportVisits, MemorySupportVisitTransaction
from adapters.postgres.database import Database
from adapters.postgres.identity.support_visits import PostgresSupportVisitTransaction
from application.identity.support_visit_ports import BeginSupportVisit, OverVisit
from domain.identity.support_visit import SupportVisit
from domain.shared.errors import DomainError
from domain.shared.ids import OrganizationId, SessionId, UserId
from tests.contracts.support_visits_contract import SupportVisitsContract


class TestMemorySupportVisits(SupportVisitsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginSupportVisit:
        return memory.beginner(MemorySupportVisitTransaction)


class TestPostgresSupportVisits(SupportVisitsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginSupportVisit:
        return postgres.beginner(PostgresSupportVisitTransaction)


class _WaitsForTheTime(MemorySupportVisits):
    async def over(self, at: datetime, at_most: int) -> list[OverVisit]:
        return [one for one in await super().over(at, at_most) if one.ended_at == at]


class _BlamesThePersonAlways(MemorySupportVisits):
    async def over(self, at: datetime, at_most: int) -> list[OverVisit]:
        return [
            one._replace(ended_by=(await self.lock(one.id)).user_id)
            for one in await super().over(at, at_most)
        ]


class _SeesMembersOfAnything(MemorySupportVisits):
    async def workplaces(self, user_id: UserId) -> tuple[OrganizationId, ...]:
        return tuple({member.organization_id for member in self._memberships.rows()})


class _EndsThoseToThemAlone(MemorySessions):
    async def end_visits(self, user_id: UserId, *, at: datetime) -> list[SessionId]:
        visits = self._rows.where(lambda row: row.user_id == user_id and row.visitor_id is not None)
        await self.end_all(user_id, at=at)
        return [visit.id for visit in visits]


class _ForgetsTheEnd(MemorySupportVisits):
    async def save(self, visit: SupportVisit) -> None:
        visit.ended_at = None
        await super().save(visit)


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_WaitsForTheTime, "test_those_are_over_whose_time_is_up_or_whose_session_was_ended"),
        (_BlamesThePersonAlways, "test_nobody_ended_what_was_over_or_ended_with_an_account"),
        (_SeesMembersOfAnything, "test_workplaces_are_those_of_one_person"),
        (_ForgetsTheEnd, "test_an_end_is_kept_and_an_old_version_is_not"),
    ],
)
async def test_a_broken_store_is_caught(
    saboteur: type[MemorySupportVisits], promise: str, memory: MemoryDatabase
) -> None:
    class Sabotaged(MemorySupportVisitTransaction):
        def build(self) -> None:
            super().build()
            self.visits = saboteur(self)

    begin = memory.beginner(Sabotaged)
    with pytest.raises((AssertionError, DomainError)):
        await getattr(SupportVisitsContract(), promise)(begin)


async def test_a_broken_store_of_sessions_is_caught(memory: MemoryDatabase) -> None:
    class Sabotaged(MemorySupportVisitTransaction):
        def build(self) -> None:
            super().build()
            self.sessions = _EndsThoseToThemAlone(self)

    promise = SupportVisitsContract().test_living_visits_end_by_either_of_their_people_and_no_others
    with pytest.raises(AssertionError):
        await promise(memory.beginner(Sabotaged))
