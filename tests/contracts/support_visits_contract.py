"""What every store of support visits promises."""

from datetime import timedelta
from uuid import UUID

import pytest

from application.identity.support_visit_ports import BeginSupportVisit, OverVisit
from application.shared.scope import PUBLIC, person
from domain.identity.errors import VisitNotFound
from domain.identity.session import Ending, Session, refresh_hash_of
from domain.identity.support_visit import SupportVisit
from domain.identity.user import User
from domain.shared.errors import StaleVersion
from domain.shared.ids import SessionId
from tests.contracts.identity_contract import (
    IDS,
    NOON,
    a_membership,
    a_session,
    a_user,
    an_organization,
    keep,
)


def a_visit(user: User, visitor: User, minutes: int = 15) -> SupportVisit:
    visit = SupportVisit.start(
        SessionId(IDS.new()),
        user,
        visitor_id=visitor.id,
        reason="She cannot find her tickets.",
        minutes=minutes,
        organization_ids=(),
        at=NOON,
    )
    visit.take_recorded()
    return visit


async def keep_visits(begin: BeginSupportVisit, *visits: SupportVisit) -> None:
    """With their sessions."""
    async with begin(PUBLIC) as tx:
        for visit in visits:
            await tx.visits.add(visit)
            await tx.sessions.add(
                Session.visit(
                    visit.id,
                    visit.user_id,
                    refresh_hash_of(str(visit.id)),
                    visitor_id=visit.visitor_id,
                    at=NOON,
                    ends_at=visit.ends_at,
                )
            )


class SupportVisitsContract:
    async def test_a_visit_and_its_session_come_back_equal(self, begin: BeginSupportVisit) -> None:
        ada, admin = a_user("ada@example.com"), a_user("admin@example.com")
        visit = a_visit(ada, admin)
        visit.organization_ids = (an_organization().id, an_organization().id)
        await keep(begin, ada, admin)
        await keep_visits(begin, visit)

        async with begin(PUBLIC) as tx:
            assert await tx.visits.lock(visit.id) == visit
            assert (await tx.sessions.lock(visit.id)).visitor_id == admin.id

    async def test_an_end_is_kept_and_an_old_version_is_not(self, begin: BeginSupportVisit) -> None:
        ada, admin = a_user("ada@example.com"), a_user("admin@example.com")
        visit = a_visit(ada, admin)
        await keep(begin, ada, admin)
        await keep_visits(begin, visit)

        async with begin(PUBLIC) as tx:
            mine, theirs = await tx.visits.lock(visit.id), await tx.visits.lock(visit.id)
            mine.end(at=NOON + timedelta(minutes=1))
            mine.take_recorded()
            await tx.visits.save(mine)
            with pytest.raises(StaleVersion):
                await tx.visits.save(theirs)

        async with begin(PUBLIC) as tx:
            kept = await tx.visits.lock(visit.id)
        assert (kept.ended_at, kept.version) == (NOON + timedelta(minutes=1), 2)

    async def test_what_nobody_began_is_not_found(self, begin: BeginSupportVisit) -> None:
        async with begin(PUBLIC) as tx:
            with pytest.raises(VisitNotFound):
                await tx.visits.lock(SessionId(UUID(int=7)))

    async def test_those_are_over_whose_time_is_up_or_whose_session_was_ended(
        self, begin: BeginSupportVisit
    ) -> None:
        ada, admin = a_user("ada@example.com"), a_user("admin@example.com")
        short, long, revoked, closed = (a_visit(ada, admin, m) for m in (1, 15, 15, 1))
        closed.end(at=NOON)
        closed.take_recorded()
        await keep(begin, ada, admin)
        await keep_visits(begin, short, long, revoked, closed)
        soon, later = NOON + timedelta(seconds=30), NOON + timedelta(minutes=1)
        async with begin(PUBLIC) as tx:
            session = await tx.sessions.lock(revoked.id)
            session.revoke(at=soon)
            await tx.sessions.save(session)

        async with begin(PUBLIC) as tx:
            early = await tx.visits.over(later - timedelta(microseconds=1), 9)
            over = await tx.visits.over(later, 9)
            first = await tx.visits.over(later, 1)

        assert early == [OverVisit(revoked.id, (), soon, ended_by=ada.id)]
        assert over == [OverVisit(short.id, (), later), *early]
        assert first == over[:1]

    async def test_nobody_ended_what_was_over_or_ended_with_an_account(
        self, begin: BeginSupportVisit
    ) -> None:
        ada, admin = a_user("ada@example.com"), a_user("admin@example.com")
        short, changed = a_visit(ada, admin, 1), a_visit(ada, admin)
        await keep(begin, ada, admin)
        await keep_visits(begin, short, changed)
        later = NOON + timedelta(minutes=1)
        async with begin(PUBLIC) as tx:
            for visit, because in ((short, Ending.REVOKED), (changed, Ending.ACCOUNT_CHANGED)):
                session = await tx.sessions.lock(visit.id)
                session.revoke(because, at=later)
                await tx.sessions.save(session)

        async with begin(PUBLIC) as tx:
            over = await tx.visits.over(later, 9)

        assert over == [OverVisit(short.id, (), later), OverVisit(changed.id, (), later)]

    async def test_living_visits_end_by_either_of_their_people_and_no_others(
        self, begin: BeginSupportVisit
    ) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        admin, other = a_user("admin@example.com"), a_user("other@example.com")
        short, to_ada, to_bob = a_visit(ada, admin, 1), a_visit(ada, admin), a_visit(bob, admin)
        others = a_visit(ada, other)
        own = a_session(admin)
        await keep(begin, ada, bob, admin, other, own)
        await keep_visits(begin, short, to_ada, to_bob, others)
        later = NOON + timedelta(minutes=1)

        async with begin(person(other.id)) as tx:
            by_admin = await tx.sessions.end_visits(admin.id, at=later)
        async with begin(person(other.id)) as tx:
            about_ada = await tx.sessions.end_visits(ada.id, at=later)
            again = await tx.sessions.end_visits(ada.id, at=later)
        async with begin(PUBLIC) as tx:
            kept = [await tx.sessions.lock(one.id) for one in (to_ada, to_bob, others)]
            spared = [await tx.sessions.lock(one) for one in (short.id, own.id)]

        assert (by_admin, about_ada, again) == (sorted((to_ada.id, to_bob.id)), [others.id], [])
        assert {(one.revoked_at, one.ended_because) for one in kept} == {
            (later, Ending.ACCOUNT_CHANGED)
        }
        assert [one.revoked_at for one in spared] == [None, None]

    async def test_workplaces_are_those_of_one_person(self, begin: BeginSupportVisit) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        rock, folk = an_organization("rock"), an_organization("folk")
        await keep(begin, ada, bob, rock, folk)
        await keep(begin, a_membership(folk, ada), a_membership(rock, ada), a_membership(rock, bob))

        async with begin(person(ada.id)) as tx:
            assert await tx.visits.workplaces(ada.id) == tuple(sorted((rock.id, folk.id)))
        async with begin(person(bob.id)) as tx:
            assert await tx.visits.workplaces(bob.id) == (rock.id,)
