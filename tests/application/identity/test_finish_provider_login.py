import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from application.identity.finish_provider_login import FinishProviderLoginCommand
from application.identity.ports import SecondStep
from application.identity.provider_ports import ProviderLoginTransaction
from application.shared.scope import PUBLIC, Scope
from domain.identity.errors import (
    AccountDisabled,
    LoginFlowEnded,
    LoginProviderDown,
    ProviderEmailUnverified,
    ProviderNotBelieved,
    ProviderRefused,
    SignInToLink,
)
from domain.identity.login_flow import LIFETIME
from domain.identity.networks import network_of
from tests.application.identity.factors import Ada, TwoSteps
from tests.application.identity.passage import Passage
from tests.application.identity.people import PHONE, in_session
from tests.conftest import VirtualClock
from tests.oidc_double import Fault, Lie, Person

GRACE = Person(subject="g", email="Grace@Example.com", given_name="Grace", family_name="Hopper")


async def test_a_first_visit_opens_an_account_without_a_password(
    passage: Passage, clock: VirtualClock
) -> None:
    signed_in = await passage.signs_in(GRACE)

    user = await passage.society.user(signed_in.user_id)
    assert (user.email.address, user.name) == ("Grace@example.com", "Grace Hopper")
    assert user.password_hash is None
    assert user.email_verified_at == user.last_login_at == clock()
    [linked] = await passage.linked_to(user.id)
    assert (linked.provider, linked.subject) == ("corp", "g")
    assert (await passage.society.actor(signed_in)).user_id == user.id


async def test_the_second_visit_opens_the_same_account_whatever_the_address_is_now(
    passage: Passage,
) -> None:
    first = await passage.signs_in(GRACE)

    moved = Person(subject="g", email="new@example.com", email_verified=False)
    second = await passage.signs_in(moved)

    assert second.user_id == first.user_id
    assert second.session_id != first.session_id
    assert passage.count("users") == 1


async def test_au_09_who_came_by_a_provider_is_at_home_there(passage: Passage) -> None:
    for _ in ("an account that opens", "one that is there"):
        grace = await passage.signs_in(GRACE)

        async with passage.begin(PUBLIC) as tx:
            assert await tx.familiar_networks.knows(grace.user_id, network_of(PHONE.ip))
            await tx.familiar_networks.forget_user(grace.user_id)


async def test_au_16_a_known_address_links_nothing(passage: Passage) -> None:
    """Not even with everything verified: its owner signs in and says so."""
    ada = await passage.society.joins("ada")
    async with passage.begin(PUBLIC) as tx:
        user = await tx.users.get(ada.user_id)
        user.email_verified_at = tx.now
        await tx.users.save(user)

    with pytest.raises(SignInToLink):
        await passage.signs_in(Person(email="ADA@example.com"))

    assert await passage.linked_to(ada.user_id) == []
    assert (passage.count("users"), passage.count("sessions")) == (1, 1)


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", None, "no address"])
async def test_au_16_an_unverified_address_opens_nothing_and_tells_nothing(
    passage: Passage, email: str | None
) -> None:
    await passage.society.joins("ada")
    is_verified = email == "no address"

    with pytest.raises(ProviderEmailUnverified) as refused:
        await passage.signs_in(Person(email=email, email_verified=is_verified))

    assert refused.value.facts == {}
    assert passage.count("users") == 1


async def test_a_relay_address_without_names_is_an_account_too(passage: Passage) -> None:
    apple = Person(
        email="x7k2@privaterelay.appleid.com",
        email_verified="true",
        given_name=None,
        family_name=None,
    )

    signed_in = await passage.signs_in(apple)
    other = await passage.signs_in(
        Person(subject="2", email="b@example.com", given_name=None, family_name=None),
        first_name="Bob",
        last_name="Noyce",
    )

    assert (await passage.society.user(signed_in.user_id)).name == "- -"
    assert (await passage.society.user(other.user_id)).name == "Bob Noyce"


async def test_a_disabled_account_stays_closed(passage: Passage) -> None:
    signed_in = await passage.signs_in(GRACE)
    await passage.society.disable(signed_in.user_id)

    with pytest.raises(AccountDisabled):
        await passage.signs_in(GRACE)

    assert passage.count("sessions") == 1


async def test_au_13_a_foreign_answer_is_refused_by_whoever_did_not_begin(
    passage: Passage,
) -> None:
    """Login CSRF: the thief's code and state in the victim's browser, and the other way round."""
    thief, victim = await passage.started(), await passage.started()
    brought = passage.brought(thief, GRACE)

    for mixed in (
        brought | {"flow_token": victim.flow_token},
        brought | {"state": victim.state},
        brought | {"flow_token": thief.state},
    ):
        with pytest.raises(LoginFlowEnded):
            await passage.finish("corp", FinishProviderLoginCommand(**mixed), PHONE)

    assert passage.double.heard("/token") == []
    assert (passage.count("users"), passage.count("sessions")) == (0, 0)


async def test_au_16_a_code_of_another_flow_is_worth_nothing(passage: Passage) -> None:
    """The code was asked for with another challenge: PKCE and nonce are both in the way."""
    mine, theirs = await passage.started(), await passage.started()
    code = passage.brought(theirs, GRACE)["code"]

    with pytest.raises(ProviderRefused):
        command = FinishProviderLoginCommand(**passage.brought(mine, GRACE, code=code))
        await passage.finish("corp", command, PHONE)

    assert passage.count("users") == 0


async def test_au_16_an_answer_is_good_once(passage: Passage) -> None:
    brought = passage.brought(await passage.started(), GRACE)
    command = FinishProviderLoginCommand(**brought)
    await passage.finish("corp", command, PHONE)

    with pytest.raises(LoginFlowEnded):
        await passage.finish("corp", command, PHONE)

    assert passage.count("sessions") == 1


async def test_au_16_a_flow_whose_answer_was_not_believed_is_over(passage: Passage) -> None:
    passage.double.lie = Lie.WRONG_NONCE
    started = await passage.started()
    with pytest.raises(ProviderNotBelieved):
        command = FinishProviderLoginCommand(**passage.brought(started, GRACE))
        await passage.finish("corp", command, PHONE)
    passage.double.lie = None

    with pytest.raises(LoginFlowEnded):
        command = FinishProviderLoginCommand(**passage.brought(started, GRACE))
        await passage.finish("corp", command, PHONE)


async def test_au_16_an_answer_at_another_providers_door_is_refused(passage: Passage) -> None:
    command = FinishProviderLoginCommand(**passage.brought(await passage.started(), GRACE))

    with pytest.raises(LoginFlowEnded):
        await passage.finish("other", command, PHONE)


async def test_an_answer_comes_in_time_or_not_at_all(passage: Passage, clock: VirtualClock) -> None:
    command = FinishProviderLoginCommand(**passage.brought(await passage.started(), GRACE))
    clock.advance(LIFETIME)

    with pytest.raises(LoginFlowEnded):
        await passage.finish("corp", command, PHONE)


async def test_au_16_what_was_begun_to_link_signs_nobody_in(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    command = FinishProviderLoginCommand(**passage.brought(await passage.started(ada), GRACE))

    with pytest.raises(LoginFlowEnded):
        await passage.finish("corp", command, PHONE)


async def test_while_the_provider_is_down_nothing_is_lost(passage: Passage) -> None:
    command = FinishProviderLoginCommand(**passage.brought(await passage.started(), GRACE))
    passage.double.fail(Fault.SERVER_ERROR, "/token")

    with pytest.raises(LoginProviderDown):
        await passage.finish("corp", command, PHONE)

    await passage.finish("corp", command, PHONE)
    assert (passage.count("users"), passage.count("sessions")) == (1, 1)


async def test_two_first_visits_at_once_open_one_account(passage: Passage) -> None:
    commands = [
        FinishProviderLoginCommand(**passage.brought(await passage.started(), GRACE))
        for _ in range(4)
    ]

    signed_in = await asyncio.gather(
        *(passage.finish("corp", command, PHONE) for command in commands)
    )

    assert len({in_session(one).user_id for one in signed_in}) == 1
    assert passage.count("users") == 1


async def test_what_is_unlinked_meanwhile_opens_nothing(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    identity_id = await passage.links(ada, GRACE)

    @asynccontextmanager
    async def begin(scope: Scope) -> AsyncIterator[ProviderLoginTransaction]:
        if scope.kind == "person":
            await passage.unlink(ada, identity_id)
        async with passage.begin(scope) as tx:
            yield tx

    command = FinishProviderLoginCommand(**passage.brought(await passage.started(), GRACE))
    with pytest.raises(LoginFlowEnded):
        await dataclasses.replace(passage.finish, begin=begin)("corp", command, PHONE)

    assert passage.count("sessions") == 1


async def test_a_second_factor_is_asked_for_after_a_provider_too(
    passage: Passage, two_steps: TwoSteps
) -> None:
    """AU-08."""
    first = await passage.signs_in(GRACE)
    await two_steps.registers(Ada(await passage.society.actor(first)))
    brought = passage.brought(await passage.started(), GRACE)

    end = await passage.finish("corp", FinishProviderLoginCommand(**brought), PHONE)

    assert isinstance(end, SecondStep)
    assert end.passkey_options is not None
