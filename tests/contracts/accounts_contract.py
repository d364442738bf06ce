"""What every store of the life of accounts promises."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from application.identity.account_ports import BeginAccounts
from application.shared.scope import PUBLIC, person
from application.shared.transaction import SessionEnded
from domain.identity.account_link import AccountLink, LinkPurpose
from domain.identity.attempts import Limit, Try
from domain.identity.errors import InvalidAccountToken
from domain.identity.preferences import Preferences
from domain.identity.registration import Registration
from domain.identity.user import Email, User
from domain.shared.errors import StaleVersion
from domain.shared.ids import AccountLinkId, RegistrationId
from tests.contracts.identity_contract import IDS, NOON, a_session, a_user

MINUTE = timedelta(minutes=1)
GUESSES = Limit(kind="guess", most=3, within=15 * MINUTE)
LETTERS = Limit(kind="letter", most=2, within=60 * MINUTE)
ADA, NETWORK = Try(GUESSES, "ada"), Try(LETTERS, "192.0.2.0/24")


def a_link(user: User, purpose: LinkPurpose = LinkPurpose.RESET_PASSWORD) -> AccountLink:
    return AccountLink.make(AccountLinkId(IDS.new()), user.id, purpose, user.email, at=NOON)


def a_registration(email: str = "new@example.com") -> Registration:
    return Registration.ask(
        RegistrationId(IDS.new()),
        Email(email),
        "$argon2id$",
        first_name="Grace",
        last_name="Hopper",
        phone="+1 212 555 0100",
        at=NOON,
    )


async def joined(begin: BeginAccounts, email: str = "ada@example.com") -> User:
    user = a_user(email)
    async with begin(person(user.id)) as tx:
        await tx.users.add(user)
    return user


class AccountsContract:
    """Give it a `begin`; each test is a promise."""

    async def test_tries_are_admitted_up_to_the_limit(self, begin: BeginAccounts) -> None:
        taken = []
        for minute in range(5):
            async with begin(PUBLIC) as tx:
                taken.append(await tx.attempts.take([ADA], at=NOON + minute * MINUTE))

        assert taken == [None, None, None, NOON + 15 * MINUTE, NOON + 15 * MINUTE]
        async with begin(PUBLIC) as tx:
            assert await tx.attempts.take([ADA], at=NOON + 15 * MINUTE) is None
            assert await tx.attempts.take([ADA], at=NOON + 15 * MINUTE) == NOON + 16 * MINUTE

    async def test_if_one_is_used_up_none_is_counted(self, begin: BeginAccounts) -> None:
        async with begin(PUBLIC) as tx:
            for _ in range(LETTERS.most):
                assert await tx.attempts.take([NETWORK], at=NOON) is None
            refused = await tx.attempts.take([ADA, NETWORK], at=NOON)

        assert refused == NOON + 60 * MINUTE
        async with begin(PUBLIC) as tx:
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE) == 0
            assert await tx.attempts.count(LETTERS.kind, since=NOON - MINUTE) == 2

    async def test_what_is_given_back_can_be_taken_again(self, begin: BeginAccounts) -> None:
        async with begin(PUBLIC) as tx:
            for _ in range(10):
                assert await tx.attempts.take([ADA, NETWORK], at=NOON) is None
                await tx.attempts.give_back([ADA, NETWORK], at=NOON)

        async with begin(PUBLIC) as tx:
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE) == 0

    async def test_what_is_cleared_counts_no_more(self, begin: BeginAccounts) -> None:
        bob, unknown = Try(GUESSES, "bob"), Try(GUESSES, "nobody")
        async with begin(PUBLIC) as tx:
            for _ in range(GUESSES.most):
                await tx.attempts.take([ADA, bob], at=NOON)
            await tx.attempts.clear([ADA, unknown])

        async with begin(PUBLIC) as tx:
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE) == GUESSES.most
            assert await tx.attempts.take([bob], at=NOON) == NOON + 15 * MINUTE
            for _ in range(GUESSES.most):
                assert await tx.attempts.take([ADA], at=NOON) is None
            assert await tx.attempts.take([ADA], at=NOON) == NOON + 15 * MINUTE

    async def test_of_many_tries_at_once_so_many_are_admitted(self, begin: BeginAccounts) -> None:
        async def guess(number: int) -> bool:
            tries = [ADA, Try(LETTERS, str(number))]
            async with begin(PUBLIC) as tx:
                # In any order: they are locked sorted, so nobody waits in a ring.
                order = tries if number % 2 else tries[::-1]
                return await tx.attempts.take(order, at=NOON) is None

        admitted = await asyncio.gather(*(guess(number) for number in range(12)))

        assert sum(admitted) == GUESSES.most

    async def test_a_count_is_of_one_kind_and_of_a_stretch_of_time(
        self, begin: BeginAccounts
    ) -> None:
        async with begin(PUBLIC) as tx:
            await tx.attempts.take([ADA], at=NOON)
            await tx.attempts.take([ADA, NETWORK], at=NOON + MINUTE)
            await tx.attempts.take([Try(GUESSES, "bob")], at=NOON + 2 * MINUTE)

            assert await tx.attempts.count(GUESSES.kind, since=NOON) == 2
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE) == 3
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE, at_most=2) == 2
            assert await tx.attempts.count(GUESSES.kind, since=NOON - MINUTE, at_most=4) == 3

    async def test_only_what_is_too_old_to_count_is_forgotten(self, begin: BeginAccounts) -> None:
        async with begin(PUBLIC) as tx:
            for name in ("ada", "bob", "eve"):
                await tx.attempts.take([Try(GUESSES, name)], at=NOON)
            await tx.attempts.take([NETWORK], at=NOON)

        async with begin(PUBLIC) as tx:
            assert await tx.attempts.forget(10, at=NOON + 14 * MINUTE) == 0
            assert await tx.attempts.forget(2, at=NOON + 15 * MINUTE) == 2
            assert await tx.attempts.forget(2, at=NOON + 15 * MINUTE) == 1
            assert await tx.attempts.count(LETTERS.kind, since=NOON - MINUTE) == 1

    async def test_a_network_is_familiar_to_one_person(self, begin: BeginAccounts) -> None:
        ada, bob = await joined(begin), await joined(begin, "bob@example.com")
        async with begin(PUBLIC) as tx:
            for at in (NOON, NOON + MINUTE):
                await tx.familiar_networks.note(ada.id, "192.0.2.0/24", at=at)

        async with begin(PUBLIC) as tx:
            assert await tx.familiar_networks.knows(ada.id, "192.0.2.0/24")
            assert not await tx.familiar_networks.knows(ada.id, "192.0.3.0/24")
            assert not await tx.familiar_networks.knows(bob.id, "192.0.2.0/24")
            assert not await tx.familiar_networks.knows(None, "192.0.2.0/24")
            assert await tx.familiar_networks.forget(NOON + MINUTE) == 0
            assert await tx.familiar_networks.forget(NOON + 2 * MINUTE) == 1

    async def test_a_link_comes_back_equal_and_is_added_once(self, begin: BeginAccounts) -> None:
        link = a_link(await joined(begin))
        async with begin(PUBLIC) as tx:
            assert await tx.links.add(link)
            assert not await tx.links.add(link)

        async with begin(PUBLIC) as tx:
            found = await tx.links.lock(link.id)
            assert found == link
            found.use(link.purpose, at=NOON)
            await tx.links.save(found)
        async with begin(PUBLIC) as tx:
            assert (await tx.links.lock(link.id)).used_at == NOON
        with pytest.raises(StaleVersion):
            async with begin(PUBLIC) as tx:
                await tx.links.save(link)

    async def test_links_that_were_not_used_end(self, begin: BeginAccounts) -> None:
        ada, bob = await joined(begin), await joined(begin, "bob@example.com")
        used, reset, verify = a_link(ada), a_link(ada), a_link(ada, LinkPurpose.VERIFY_EMAIL)
        yours = a_link(bob)
        used.use(used.purpose, at=NOON)
        async with begin(PUBLIC) as tx:
            for link in (used, reset, verify, yours):
                await tx.links.add(link)

        async with begin(PUBLIC) as tx:
            await tx.links.end_all(ada.id, LinkPurpose.RESET_PASSWORD)
            for link in (used, verify, yours):
                assert await tx.links.lock(link.id) == link
        async with begin(PUBLIC) as tx:
            await tx.links.end_all(ada.id)
            assert await tx.links.lock(used.id) == used
            await tx.links.erase(ada.id)
            for link in (used, reset, verify):
                with pytest.raises(InvalidAccountToken):
                    await tx.links.lock(link.id)
            assert await tx.links.lock(yours.id) == yours

    async def test_a_registration_comes_back_equal_until_it_ends(
        self, begin: BeginAccounts
    ) -> None:
        mine, other = a_registration("New@example.com"), a_registration("other@example.com")
        async with begin(PUBLIC) as tx:
            await tx.registrations.add(mine)
            await tx.registrations.add(a_registration("new@example.com"))
            await tx.registrations.add(other)

        async with begin(PUBLIC) as tx:
            assert await tx.registrations.get(mine.id) == mine
            assert await tx.registrations.lock(mine.id) == mine
            await tx.registrations.end_all("new@example.com")
            with pytest.raises(InvalidAccountToken):
                await tx.registrations.lock(mine.id)
            assert await tx.registrations.get(other.id) == other
            assert await tx.registrations.forget(NOON) == 0
            assert await tx.registrations.forget(NOON + MINUTE) == 1

    async def test_preferences_come_back_equal_and_nobody_has_none(
        self, begin: BeginAccounts
    ) -> None:
        ada = await joined(begin)
        liked = Preferences(
            locale="de-AT",
            timezone="Europe/Vienna",
            marketing_emails=True,
            organizer_emails=True,
            reminder_emails=False,
            waiting_list_emails=False,
        )
        async with begin(PUBLIC) as tx:
            assert await tx.preferences.of(ada.id) == Preferences()
            await tx.preferences.keep(ada.id, Preferences())
            await tx.preferences.keep(ada.id, liked)

        async with begin(PUBLIC) as tx:
            assert await tx.preferences.of(ada.id) == liked
            await tx.preferences.forget(ada.id)
            assert await tx.preferences.of(ada.id) == Preferences()

    async def test_all_sessions_of_one_person_end_but_one(self, begin: BeginAccounts) -> None:
        ada, bob = await joined(begin), await joined(begin, "bob@example.com")
        here, there, over = a_session(ada, "here"), a_session(ada, "there"), a_session(ada, "over")
        yours = a_session(bob, "yours")
        over.revoke(at=NOON)
        async with begin(PUBLIC) as tx:
            for session in (here, there, over, yours):
                await tx.sessions.add(session)

        async with begin(PUBLIC) as tx:
            await tx.sessions.end_all(ada.id, but=here.id, at=NOON + MINUTE)
        async with begin(PUBLIC) as tx:
            ended = {s.id: (await tx.sessions.lock(s.id)).revoked_at for s in (here, there, over)}
            assert ended == {here.id: None, there.id: NOON + MINUTE, over.id: NOON}
            await tx.sessions.erase(ada.id)
        async with begin(PUBLIC) as tx:
            for session in (here, there, over):
                with pytest.raises(SessionEnded):
                    await tx.sessions.lock(session.id)
            assert await tx.sessions.lock(yours.id) == yours

    async def test_administrators_who_may_sign_in_are_counted(self, begin: BeginAccounts) -> None:
        for number in range(3):
            user = a_user(f"admin{number}@example.com")
            user.is_platform_admin, user.is_active = True, number > 0
            async with begin(person(user.id)) as tx:
                await tx.users.add(user)
        await joined(begin)

        async with begin(PUBLIC) as tx:
            assert await tx.users.count_platform_admins() == 2


Promise = Callable[[AccountsContract, BeginAccounts], Awaitable[None]]
