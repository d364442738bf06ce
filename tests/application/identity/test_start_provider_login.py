import pytest
from msgspec.structs import replace

from application.identity.start_provider_login import StartProviderLoginCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import LoginProviderDown, LoginProviderNotFound, RedirectNotAllowed
from domain.identity.login_flow import LIFETIME, kept_of
from domain.shared.errors import PersonRequired, Unauthenticated
from tests.application.identity.passage import SHOP, Passage
from tests.conftest import VirtualClock
from tests.oidc_double import Fault
from tests.oidc_double.browser import asked_in


async def test_every_beginning_is_its_own(passage: Passage, clock: VirtualClock) -> None:
    first, second = await passage.started(), await passage.started()

    assert first.expires_at == clock() + LIFETIME
    asked = [asked_in(one.authorization_url) for one in (first, second)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["state"] == first.state
    told = {*asked[0].values()}
    assert first.flow_token not in told | {second.flow_token}


async def test_what_is_kept_finishes_nothing(passage: Passage) -> None:
    started = await passage.started()

    [row] = passage.memory.table("login_flows").rows()

    assert row.state_hash == kept_of(started.state)
    assert row.token_hash == kept_of(started.flow_token)
    assert row.redirect_uri == SHOP


async def test_in_10_people_are_sent_back_to_listed_shops_alone(passage: Passage) -> None:
    command = StartProviderLoginCommand(redirect_uri="https://shop.example.evil.example/")

    with pytest.raises(RedirectNotAllowed):
        await passage.start("corp", command, None)

    assert passage.count("login_flows") == 0


async def test_a_provider_that_is_unknown_or_down_begins_nothing(passage: Passage) -> None:
    passage.double.fail(Fault.BROKEN, "/.well-known/openid-configuration")

    with pytest.raises(LoginProviderDown):
        await passage.started()
    with pytest.raises(LoginProviderNotFound):
        await passage.start("another", StartProviderLoginCommand(), None)

    assert passage.count("login_flows") == 0


async def test_a_person_links_to_themselves(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))

    started = await passage.started(ada)

    async with passage.begin(PUBLIC) as tx:
        assert (await tx.login_flows.get(kept_of(started.state))).user_id == ada.user_id


async def test_neither_a_stranger_nor_a_key_links(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    command = StartProviderLoginCommand(link_to="me")

    with pytest.raises(Unauthenticated):
        await passage.start("corp", command, None)
    with pytest.raises(PersonRequired):
        await passage.start("corp", command, replace(ada, personal=frozenset()))


async def test_what_is_over_is_swept_up(passage: Passage, clock: VirtualClock) -> None:
    await passage.started()
    clock.advance(LIFETIME)

    await passage.started()

    assert passage.count("login_flows") == 1
