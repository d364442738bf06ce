"""What every store of people, sessions, organisations and teams promises."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.system.ids import SystemIds
from application.identity.ports import BeginIdentity
from application.shared.scope import PUBLIC, Scope, organizations, person
from application.shared.transaction import SessionEnded
from domain.identity.errors import (
    AlreadyMember,
    EmailTaken,
    InvalidRefreshToken,
    OrganizationNotFound,
    SlugTaken,
    UserNotFound,
)
from domain.identity.organization import Organization, OrganizationSettings, OrganizationType
from domain.identity.session import Ending, Session, refresh_hash_of
from domain.identity.team import Membership
from domain.identity.user import Email, User
from domain.shared.errors import StaleVersion
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role
from tests.conftest import VirtualClock

IDS = SystemIds()
NOON = VirtualClock().now
NOBODY = UUID(int=7)


def a_user(email: str = "Ada@Example.com") -> User:
    return User(
        id=UserId(IDS.new()),
        email=Email(email),
        password_hash="$argon2id$",
        first_name="Ada",
        last_name="Byron",
        phone="+44 20 7946 0000",
        created_at=NOON,
        updated_at=NOON,
    )


def a_session(user: User, refresh_token: str = "first") -> Session:
    hashed = refresh_hash_of(refresh_token)
    return Session.start(
        SessionId(IDS.new()), user.id, hashed, user_agent="Opera", ip="192.0.2.1", at=NOON
    )


def an_organization(slug: str = "rock") -> Organization:
    return Organization.found(
        OrganizationId(IDS.new()),
        name="Rock",
        slug=slug,
        type=OrganizationType.PROMOTER,
        settings=OrganizationSettings(
            default_currency="KWD",
            service_fee_percent=Decimal("2.50"),
            service_fee_fixed=Decimal("0.125"),
            guest_checkout=False,
        ),
        at=NOON,
    )


def a_membership(organization: Organization, user: User, role: Role = Role.OWNER) -> Membership:
    return Membership(organization_id=organization.id, user_id=user.id, role=role, joined_at=NOON)


def within(*things: User | Session | Organization | Membership) -> Scope:
    """The scope of all organisations that are meant."""
    ids = [thing.id for thing in things if isinstance(thing, Organization)]
    ids += [thing.organization_id for thing in things if isinstance(thing, Membership)]
    return organizations(ids)


async def keep(begin: BeginIdentity, *things: User | Session | Organization | Membership) -> None:
    async with begin(within(*things)) as tx:
        for thing in things:
            match thing:
                case User():
                    await tx.users.add(thing)
                case Session():
                    await tx.sessions.add(thing)
                case Organization():
                    await tx.organizations.add(thing)
                case Membership():
                    await tx.teams.add(thing)


class Rendezvous:
    """Lets two meet after they have read; who is kept out by a lock is not waited for long."""

    def __init__(self) -> None:
        self._arrived = 0
        self._both = asyncio.Event()

    async def meet(self) -> None:
        self._arrived += 1
        if self._arrived == 2:
            self._both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._both.wait(), 0.2)


class IdentityContract:
    async def test_a_user_comes_back_equal(self, begin: BeginIdentity) -> None:
        user = a_user()
        user.last_login_at = NOON
        await keep(begin, user)

        async with begin(PUBLIC) as tx:
            assert await tx.users.get(user.id) == user
            assert await tx.users.lock(user.id) == user
            assert await tx.users.with_email("ada@example.com") == user

    async def test_a_session_comes_back_equal(self, begin: BeginIdentity) -> None:
        user = a_user()
        session = a_session(user)
        session.rotate(session.refresh_hash, refresh_hash_of("second"), at=NOON)
        await keep(begin, user, session)

        async with begin(PUBLIC) as tx:
            assert await tx.sessions.lock(session.id) == session

    async def test_an_organization_comes_back_equal(self, begin: BeginIdentity) -> None:
        organization = an_organization()
        await keep(begin, organization)

        async with begin(within(organization)) as tx:
            assert await tx.organizations.get(organization.id) == organization

    async def test_changes_are_kept(self, begin: BeginIdentity) -> None:
        user, organization = a_user(), an_organization()
        session = a_session(user)
        await keep(begin, user, organization, session)

        async with begin(within(organization)) as tx:
            user.become_platform_admin(at=NOON)
            organization.name = "Folk"
            session.revoke(at=NOON)
            await tx.users.save(user)
            await tx.organizations.save(organization)
            await tx.sessions.save(session)

        async with begin(within(organization)) as tx:
            assert await tx.users.get(user.id) == user
            assert await tx.organizations.get(organization.id) == organization
            assert await tx.sessions.lock(session.id) == session

    async def test_what_nobody_added_is_not_found(self, begin: BeginIdentity) -> None:
        async with begin(PUBLIC) as tx:
            with pytest.raises(UserNotFound):
                await tx.users.get(UserId(NOBODY))
            with pytest.raises(UserNotFound):
                await tx.users.with_email("")
            with pytest.raises(SessionEnded):
                await tx.sessions.lock(SessionId(NOBODY))
            with pytest.raises(InvalidRefreshToken):
                await tx.sessions.lock_by_refresh(refresh_hash_of("unheard of"))
            with pytest.raises(OrganizationNotFound):
                await tx.organizations.get(OrganizationId(NOBODY))
            with pytest.raises(OrganizationNotFound):
                await tx.teams.lock(OrganizationId(NOBODY))

    async def test_an_address_has_one_account_in_any_case(self, begin: BeginIdentity) -> None:
        await keep(begin, a_user("Ada@Example.com"))

        with pytest.raises(EmailTaken):
            await keep(begin, a_user("aDA@example.com"))

    async def test_a_slug_is_taken_once(self, begin: BeginIdentity) -> None:
        await keep(begin, an_organization("rock"))

        with pytest.raises(SlugTaken):
            await keep(begin, an_organization("rock"))

        async with begin(PUBLIC) as tx:  # A slug that others have is taken, too.
            assert await tx.organizations.has_slug("rock")
            assert not await tx.organizations.has_slug("roc")

    async def test_a_refusal_leaves_no_trace(self, begin: BeginIdentity) -> None:
        await keep(begin, a_user("taken@example.com"))
        other = a_user("other@example.com")

        with pytest.raises(EmailTaken):
            await keep(begin, other, a_user("taken@example.com"))

        async with begin(PUBLIC) as tx:
            with pytest.raises(UserNotFound):
                await tx.users.get(other.id)

    async def test_what_was_given_out_is_a_copy(self, begin: BeginIdentity) -> None:
        user = a_user()
        await keep(begin, user)

        async with begin(PUBLIC) as tx:
            (await tx.users.get(user.id)).is_platform_admin = True

        async with begin(PUBLIC) as tx:
            assert not (await tx.users.get(user.id)).is_platform_admin

    async def test_an_old_version_is_not_saved(self, begin: BeginIdentity) -> None:
        organization = an_organization()
        await keep(begin, organization)
        async with begin(within(organization)) as tx:
            mine = await tx.organizations.get(organization.id)
            theirs = await tx.organizations.get(organization.id)
            await tx.organizations.save(theirs)

            with pytest.raises(StaleVersion):
                await tx.organizations.save(mine)

    async def test_a_session_is_found_by_its_token_and_by_the_one_before(
        self, begin: BeginIdentity
    ) -> None:
        user = a_user()
        session, other = a_session(user, "first"), a_session(user, "another")
        session.rotate(session.refresh_hash, refresh_hash_of("second"), at=NOON)
        await keep(begin, user, session, other)

        async with begin(PUBLIC) as tx:
            assert await tx.sessions.lock_by_refresh(refresh_hash_of("first")) == session
            assert await tx.sessions.lock_by_refresh(refresh_hash_of("second")) == session
            assert await tx.sessions.lock_by_refresh(refresh_hash_of("another")) == other

    async def test_all_living_sessions_of_one_person_end_but_one(
        self, begin: BeginIdentity
    ) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        phone, laptop, old = a_session(ada, "1"), a_session(ada, "2"), a_session(ada, "3")
        other = a_session(bob, "4")
        old.revoke(Ending.LOGGED_OUT, at=NOON)
        await keep(begin, ada, bob, phone, laptop, old, other)
        later = NOON + timedelta(hours=1)

        async with begin(PUBLIC) as tx:
            await tx.sessions.end_all(ada.id, but=laptop.id, at=later, because=Ending.REVOKED)
        async with begin(PUBLIC) as tx:
            kept = [await tx.sessions.lock(one.id) for one in (phone, laptop, old, other)]

        assert [(one.revoked_at, one.ended_because) for one in kept] == [
            (later, Ending.REVOKED),
            (None, None),
            (NOON, Ending.LOGGED_OUT),
            (None, None),
        ]

    async def test_without_an_exception_all_of_them_end(self, begin: BeginIdentity) -> None:
        ada = a_user()
        phone, laptop = a_session(ada, "1"), a_session(ada, "2")
        await keep(begin, ada, phone, laptop)

        async with begin(PUBLIC) as tx:
            await tx.sessions.end_all(ada.id, at=NOON)
        async with begin(PUBLIC) as tx:
            kept = [await tx.sessions.lock(one.id) for one in (phone, laptop)]

        assert {one.ended_because for one in kept} == {Ending.ACCOUNT_CHANGED}

    async def test_so_many_are_forgotten_of_what_expired_long_ago(
        self, begin: BeginIdentity
    ) -> None:
        ada = a_user()
        sessions = [a_session(ada, str(number)) for number in range(4)]
        for session, days in zip(sessions, (0, 0, 1, 2), strict=True):
            session.expires_at = NOON + timedelta(days=days)
        await keep(begin, ada, *sessions)

        async with begin(PUBLIC) as tx:
            dropped = [await tx.sessions.forget(NOON + timedelta(days=1), 1) for _ in range(3)]

        assert dropped == [1, 1, 0]
        async with begin(PUBLIC) as tx:
            for session in sessions[2:]:
                assert await tx.sessions.lock(session.id) == session
            for session in sessions[:2]:
                with pytest.raises(SessionEnded):
                    await tx.sessions.lock(session.id)

    async def test_who_read_a_session_before_it_ended_cannot_save_it(
        self, begin: BeginIdentity
    ) -> None:
        ada = a_user()
        session = a_session(ada)
        await keep(begin, ada, session)

        async with begin(PUBLIC) as tx:
            await tx.sessions.end_all(ada.id, at=NOON)

        with pytest.raises(StaleVersion):
            async with begin(PUBLIC) as tx:
                await tx.sessions.save(session)

    async def test_an_ended_session_begins_no_transaction(self, begin: BeginIdentity) -> None:
        user = a_user()
        session = a_session(user)
        session.revoke(at=NOON)
        await keep(begin, user, session)

        with pytest.raises(SessionEnded):
            async with begin(person(user.id, session_id=session.id)):
                pass

    async def test_a_team_is_the_members_of_one_organization(self, begin: BeginIdentity) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        rock, folk = an_organization("rock"), an_organization("folk")
        mine, yours = a_membership(rock, ada), a_membership(folk, bob, Role.SCANNER)
        await keep(begin, ada, bob, rock, folk, mine, yours)

        async with begin(within(rock, folk)) as tx:
            assert (await tx.teams.lock(rock.id)).members == {ada.id: mine}
            assert (await tx.teams.lock(folk.id)).members == {bob.id: yours}

    async def test_nobody_is_a_member_twice(self, begin: BeginIdentity) -> None:
        ada, rock = a_user(), an_organization()
        await keep(begin, ada, rock, a_membership(rock, ada))

        with pytest.raises(AlreadyMember):
            await keep(begin, a_membership(rock, ada, Role.ADMIN))

    async def test_who_was_removed_is_gone_from_this_team_only(self, begin: BeginIdentity) -> None:
        ada, rock, folk = a_user(), an_organization("rock"), an_organization("folk")
        leaving = a_membership(rock, ada)
        await keep(begin, ada, rock, folk, leaving, a_membership(folk, ada))

        async with begin(within(rock, folk)) as tx:
            await tx.teams.remove(leaving)

        async with begin(within(rock, folk)) as tx:
            assert (await tx.teams.lock(rock.id)).members == {}
            assert set((await tx.teams.lock(folk.id)).members) == {ada.id}

    async def test_of_many_at_once_one_exchanges_a_refresh_token(
        self, begin: BeginIdentity
    ) -> None:
        user = a_user()
        await keep(begin, user, a_session(user, "first"))
        rendezvous = Rendezvous()

        async def exchange(successor: str) -> bool:
            presented = refresh_hash_of("first")
            async with begin(PUBLIC) as tx:
                session = await tx.sessions.lock_by_refresh(presented)
                await rendezvous.meet()
                if session.refresh_hash != presented:
                    return False
                session.rotate(presented, refresh_hash_of(successor), at=NOON)
                await tx.sessions.save(session)
            return True

        # All of them end before the promise is judged, so that nothing runs on into the next test.
        outcomes = await asyncio.gather(
            *(exchange(f"heir {number}") for number in range(8)), return_exceptions=True
        )

        assert outcomes.count(True) == 1
        assert outcomes.count(False) == 7

    async def test_of_two_owners_who_remove_each_other_one_stays(
        self, begin: BeginIdentity
    ) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        rock = an_organization()
        await keep(begin, ada, bob, rock, a_membership(rock, ada), a_membership(rock, bob))

        rendezvous = Rendezvous()

        async def remove(user: User) -> None:
            async with begin(within(rock)) as tx:
                team = await tx.teams.lock(rock.id)
                await rendezvous.meet()
                await tx.teams.remove(team.remove(user.id, by=Role.OWNER))

        await asyncio.gather(remove(ada), remove(bob), return_exceptions=True)

        async with begin(within(rock)) as tx:
            assert len((await tx.teams.lock(rock.id)).members) == 1


Promise = Callable[[IdentityContract, BeginIdentity], Awaitable[None]]
