"""What every store of second factors, passkeys and challenges promises."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from adapters.system.ids import SystemIds
from application.identity.factor_ports import BeginFactors
from application.identity.ports import Factors, KnownPasskey
from application.shared.scope import PUBLIC, SYSTEM, person
from domain.identity.challenge import LIFETIME, Challenge, Purpose
from domain.identity.errors import (
    ChallengeOver,
    InvalidPasskey,
    PasskeyKnown,
    PasskeyNotFound,
)
from domain.identity.passkey import Passkey
from domain.identity.second_factor import WRONG_MAX, SecondFactor
from domain.identity.user import User
from domain.shared.errors import DomainError, StaleVersion
from domain.shared.ids import PasskeyId
from tests.contracts.identity_contract import NOON, a_user

IDS = SystemIds()


def a_passkey(user: User, credential_id: bytes = b"credential") -> Passkey:
    return Passkey(
        id=PasskeyId(IDS.new()),
        user_id=user.id,
        credential_id=credential_id,
        public_key=b"key",
        sign_count=2**32 - 1,
        name="Phone",
        transports=("hybrid", "internal"),
        created_at=NOON,
    )


def a_full_factor(user: User) -> SecondFactor:
    return SecondFactor(
        user_id=user.id,
        seed=b"sealed",
        enabled_at=NOON,
        last_step=59_000_000,
        pending_seed=b"another",
        pending_until=NOON,
        recovery_hashes=frozenset({b"1" * 32, b"2" * 32}),
        wrong_at=(NOON, NOON + timedelta(microseconds=1)),
        wrong_in_a_row=2,
    )


async def kept(begin: BeginFactors, *passkeys: bytes, email: str = "Ada@Example.com") -> User:
    """A user with these passkeys."""
    user = a_user(email)
    async with begin(PUBLIC) as tx:
        await tx.users.add(user)
        for credential_id in passkeys:
            await tx.passkeys.add(a_passkey(user, credential_id))
    return user


class FactorsContract:
    async def test_a_factor_comes_back_equal(self, begin: BeginFactors) -> None:
        user = await kept(begin)
        factor = a_full_factor(user)

        async with begin(person(user.id)) as tx:
            await tx.second_factors.keep(factor)
        async with begin(person(user.id)) as tx:
            assert await tx.second_factors.lock(user.id) == factor

    async def test_of_whom_nothing_is_known_there_is_an_empty_one(
        self, begin: BeginFactors
    ) -> None:
        user = await kept(begin)

        async with begin(person(user.id)) as tx:
            assert await tx.second_factors.lock(user.id) == SecondFactor(user_id=user.id)
            assert await tx.second_factors.factors_of(user.id) == Factors(
                has_app=False, recovery_codes=0, passkeys=()
            )

    async def test_a_factor_is_saved_again_and_not_over_another(self, begin: BeginFactors) -> None:
        user = await kept(begin)
        factor = a_full_factor(user)
        async with begin(person(user.id)) as tx:
            await tx.second_factors.keep(factor)
            factor.reset()
            await tx.second_factors.keep(factor)

        factor.version = 1
        with pytest.raises(StaleVersion):
            async with begin(person(user.id)) as tx:
                await tx.second_factors.keep(factor)

    async def test_factors_are_what_may_be_shown(self, begin: BeginFactors) -> None:
        user = await kept(begin, b"first", b"copied", b"last")
        await kept(begin, b"another's", email="eve@example.com")
        async with begin(person(user.id)) as tx:
            await tx.second_factors.keep(a_full_factor(user))
            copied = await tx.passkeys.lock_by_credential(user.id, b"copied")
            copied.suspected_at = NOON
            await tx.passkeys.save(copied)

        async with begin(person(user.id)) as tx:
            transports = ("hybrid", "internal")
            assert await tx.second_factors.factors_of(user.id) == Factors(
                has_app=True,
                recovery_codes=2,
                passkeys=(
                    KnownPasskey(b"first", transports),
                    KnownPasskey(b"last", transports),
                ),
            )

    async def test_a_passkey_comes_back_equal(self, begin: BeginFactors) -> None:
        user = await kept(begin)
        passkey = a_passkey(user)
        passkey.last_used_at = NOON
        async with begin(person(user.id)) as tx:
            await tx.passkeys.add(passkey)
            passkey.rename("Laptop")
            await tx.passkeys.save(passkey)

        async with begin(person(user.id)) as tx:
            assert await tx.passkeys.lock(user.id, passkey.id) == passkey
            assert await tx.passkeys.lock_by_credential(user.id, b"credential") == passkey
            assert await tx.passkeys.owner_of(b"credential") == user.id
            assert await tx.passkeys.count_of(user.id) == 1

    async def test_passkeys_are_their_owners(self, begin: BeginFactors) -> None:
        ada = await kept(begin, b"ada's")
        eve = await kept(begin, email="eve@example.com")

        async with begin(person(eve.id)) as tx:
            passkey = await tx.passkeys.lock_by_credential(ada.id, b"ada's")
            with pytest.raises(PasskeyNotFound):
                await tx.passkeys.lock(eve.id, passkey.id)
            with pytest.raises(InvalidPasskey):
                await tx.passkeys.lock_by_credential(eve.id, b"ada's")
            with pytest.raises(InvalidPasskey):
                await tx.passkeys.owner_of(b"nobody's")
            assert await tx.passkeys.count_of(eve.id) == 0

    async def test_a_credential_is_registered_once(self, begin: BeginFactors) -> None:
        await kept(begin, b"one")

        with pytest.raises(PasskeyKnown):
            await kept(begin, b"one", email="eve@example.com")

    async def test_what_is_removed_is_gone(self, begin: BeginFactors) -> None:
        ada = await kept(begin, b"1", b"2", b"3")
        eve = await kept(begin, b"4", email="eve@example.com")

        async with begin(person(ada.id)) as tx:
            await tx.passkeys.remove(await tx.passkeys.lock_by_credential(ada.id, b"2"))
        async with begin(person(ada.id)) as tx:
            assert await tx.passkeys.count_of(ada.id) == 2
            await tx.passkeys.remove_all(ada.id)
        async with begin(person(ada.id)) as tx:
            assert await tx.passkeys.count_of(ada.id) == 0
            assert await tx.passkeys.count_of(eve.id) == 1

    async def test_a_challenge_is_spent_once(self, begin: BeginFactors) -> None:
        challenge = Challenge.of_anybody(IDS.new(), Purpose.PASSKEY_LOG_IN, at=NOON)
        async with begin(PUBLIC) as tx:
            await tx.spent_challenges.spend(challenge)

        with pytest.raises(ChallengeOver):
            async with begin(PUBLIC) as tx:
                await tx.spent_challenges.spend(challenge)

    async def test_of_many_at_once_one_spends_it(self, begin: BeginFactors) -> None:
        challenge = Challenge.of_anybody(IDS.new(), Purpose.PASSKEY_LOG_IN, at=NOON)

        async def spend() -> bool:
            with contextlib.suppress(ChallengeOver):
                async with begin(PUBLIC) as tx:
                    await tx.spent_challenges.spend(challenge)
                return True
            return False

        assert sum(await asyncio.gather(*(spend() for _ in range(8)))) == 1

    async def test_spent_challenges_are_forgotten_when_they_are_over(
        self, begin: BeginFactors
    ) -> None:
        old = Challenge.of_anybody(IDS.new(), Purpose.PASSKEY_LOG_IN, at=NOON)
        new = Challenge.of_anybody(IDS.new(), Purpose.PASSKEY_LOG_IN, at=NOON + LIFETIME)
        async with begin(PUBLIC) as tx:
            await tx.spent_challenges.spend(old)
            await tx.spent_challenges.spend(new)

        async with begin(SYSTEM) as tx:
            assert await tx.spent_challenges.forget(old.expires_at, 0) == 0
            assert await tx.spent_challenges.forget(old.expires_at, 10) == 1
        with pytest.raises(ChallengeOver):
            async with begin(PUBLIC) as tx:
                await tx.spent_challenges.spend(new)

    async def test_of_many_wrong_tries_at_once_five_are_looked_at(
        self, begin: BeginFactors
    ) -> None:
        """AU-07: nobody may read what another try is about to change."""
        user = await kept(begin)
        async with begin(person(user.id)) as tx:
            await tx.second_factors.keep(a_full_factor(user))
        at = NOON + timedelta(days=1)

        async def guess() -> bool:
            with contextlib.suppress(DomainError):
                async with begin(person(user.id)) as tx:
                    factor = await tx.second_factors.lock(user.id)
                    factor.seed_to_check(at=at)
                    factor.try_step(None, at=at)
                    await tx.second_factors.keep(factor)
                return True
            return False

        looked_at = sum(await asyncio.gather(*(guess() for _ in range(12))))

        assert looked_at == WRONG_MAX
