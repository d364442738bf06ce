"""What every store of login flows and linked identities promises."""

import asyncio
from datetime import timedelta

import pytest

from adapters.system.ids import SystemIds
from application.identity.provider_ports import BeginProviderLogin
from application.shared.scope import PUBLIC
from domain.identity.errors import IdentityTaken, LoginFlowEnded
from domain.identity.linked_identity import LinkedIdentity, ProvenIdentity
from domain.identity.login_flow import LIFETIME, LoginFlow, kept_of
from domain.identity.user import User
from domain.shared.errors import StaleVersion
from domain.shared.ids import LinkedIdentityId, UserId
from tests.conftest import VirtualClock
from tests.contracts.identity_contract import Rendezvous, a_user

IDS = SystemIds()
NOON = VirtualClock().now


def a_flow(state: str = "state", user_id: UserId | None = None) -> LoginFlow:
    return LoginFlow.begin(
        state,
        "token",
        provider="corp",
        redirect_uri="https://shop.example/in",
        user_id=user_id,
        at=NOON,
    )


def an_identity(
    user: User, subject: str = "7", issuer: str = "https://id.example"
) -> LinkedIdentity:
    proven = ProvenIdentity(
        provider="corp",
        issuer=issuer,
        subject=subject,
        email="Ada@corp.example",
        is_email_verified=True,
    )
    return proven.linked_to(user.id, LinkedIdentityId(IDS.new()), at=NOON)


async def keep(begin: BeginProviderLogin, *things: User | LoginFlow | LinkedIdentity) -> None:
    async with begin(PUBLIC) as tx:
        for thing in things:
            match thing:
                case User():
                    await tx.users.add(thing)
                case LoginFlow():
                    await tx.login_flows.add(thing)
                case LinkedIdentity():
                    await tx.linked_identities.add(thing)


class ProviderLoginsContract:
    async def test_a_flow_comes_back_equal(self, begin: BeginProviderLogin) -> None:
        user = a_user()
        flow, linking = a_flow(), a_flow("other", user.id)
        linking.take("token", provider="corp", user_id=user.id, at=NOON)
        await keep(begin, user, flow, linking)

        async with begin(PUBLIC) as tx:
            assert await tx.login_flows.get(flow.state_hash) == flow
            assert await tx.login_flows.lock(linking.state_hash) == linking

    async def test_an_unknown_state_is_over(self, begin: BeginProviderLogin) -> None:
        await keep(begin, a_flow())

        for state in ("another", "token"):
            with pytest.raises(LoginFlowEnded):
                async with begin(PUBLIC) as tx:
                    await tx.login_flows.get(kept_of(state))

    async def test_a_change_is_kept_and_an_old_version_is_not(
        self, begin: BeginProviderLogin
    ) -> None:
        await keep(begin, a_flow())
        async with begin(PUBLIC) as tx:
            mine = await tx.login_flows.get(kept_of("state"))
            theirs = await tx.login_flows.get(kept_of("state"))
            theirs.take("token", provider="corp", user_id=None, at=NOON)
            await tx.login_flows.save(theirs)

            with pytest.raises(StaleVersion):
                await tx.login_flows.save(mine)

        async with begin(PUBLIC) as tx:
            assert (await tx.login_flows.get(kept_of("state"))).taken_at == NOON

    async def test_what_is_over_is_forgotten_and_nothing_else(
        self, begin: BeginProviderLogin
    ) -> None:
        await keep(begin, a_flow())

        async with begin(PUBLIC) as tx:
            await tx.login_flows.forget_expired(NOON + LIFETIME - timedelta(seconds=1))
            assert (await tx.login_flows.get(kept_of("state"))).provider == "corp"
            await tx.login_flows.forget_expired(NOON + LIFETIME)
            with pytest.raises(LoginFlowEnded):
                await tx.login_flows.get(kept_of("state"))

    async def test_of_many_at_once_one_takes_a_flow(self, begin: BeginProviderLogin) -> None:
        await keep(begin, a_flow())
        rendezvous = Rendezvous()

        async def take() -> bool:
            async with begin(PUBLIC) as tx:
                flow = await tx.login_flows.lock(kept_of("state"))
                await rendezvous.meet()
                try:
                    flow.take("token", provider="corp", user_id=None, at=NOON)
                except LoginFlowEnded:
                    return False
                await tx.login_flows.save(flow)
            return True

        outcomes = await asyncio.gather(*(take() for _ in range(6)), return_exceptions=True)

        assert outcomes.count(True) == 1
        assert outcomes.count(False) == 5

    async def test_an_identity_is_found_by_issuer_and_subject_together(
        self, begin: BeginProviderLogin
    ) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        mine, theirs = an_identity(ada), an_identity(bob, issuer="https://other.example")
        await keep(begin, ada, bob, mine, theirs)

        async with begin(PUBLIC) as tx:
            assert await tx.linked_identities.find(mine.issuer, "7") == mine
            assert await tx.linked_identities.find(theirs.issuer, "7") == theirs
            assert await tx.linked_identities.find(mine.issuer, "8") is None
            assert await tx.linked_identities.of_user(ada.id) == [mine]

    async def test_an_identity_opens_one_account(self, begin: BeginProviderLogin) -> None:
        ada, bob = a_user("ada@example.com"), a_user("bob@example.com")
        await keep(begin, ada, bob, an_identity(ada))

        with pytest.raises(IdentityTaken):
            await keep(begin, an_identity(bob))

    async def test_what_was_removed_is_gone_alone(self, begin: BeginProviderLogin) -> None:
        ada = a_user()
        first, second = an_identity(ada, "1"), an_identity(ada, "2")
        await keep(begin, ada, first, second)

        async with begin(PUBLIC) as tx:
            await tx.linked_identities.remove(first)

        async with begin(PUBLIC) as tx:
            assert await tx.linked_identities.of_user(ada.id) == [second]
