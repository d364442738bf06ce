import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from application.identity.start_provider_login import StartProviderLoginCommand
from domain.identity.errors import FreshSignInNeeded, IdentityNotFound, LastWayIn, WrongPassword
from domain.shared.errors import PersonRequired
from tests.application.identity.factors import Ada, TwoSteps
from tests.application.identity.passage import Passage
from tests.application.identity.people import PASSWORD
from tests.conftest import VirtualClock
from tests.oidc_double import Person

SECOND = Person(subject="second", email="second@example.com")


async def test_what_is_unlinked_is_no_way_in(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    identity_id = await passage.links(ada, SECOND)

    await passage.unlink(ada, identity_id)

    assert await passage.linked_to(ada.user_id) == []
    assert (await passage.signs_in(SECOND)).user_id != ada.user_id


async def test_the_last_way_in_stays(passage: Passage) -> None:
    signed_in = await passage.signs_in()
    actor = await passage.society.actor(signed_in)
    [first] = await passage.linked_to(actor.user_id)

    with pytest.raises(LastWayIn):
        await passage.unlink(actor, first.id)

    second = await passage.links(actor, SECOND)
    await passage.unlink(actor, first.id)
    assert [one.id for one in await passage.linked_to(actor.user_id)] == [second]


async def test_it_may_go_while_a_passkey_signs_in(passage: Passage, two_steps: TwoSteps) -> None:
    actor = await passage.society.actor(await passage.signs_in())
    [first] = await passage.linked_to(actor.user_id)
    await two_steps.registers(Ada(actor))

    await passage.unlink(actor, first.id)

    assert await passage.linked_to(actor.user_id) == []


async def test_of_two_that_go_at_once_one_stays(passage: Passage) -> None:
    actor = await passage.society.actor(await passage.signs_in())
    second = await passage.links(actor, SECOND)
    [first, _] = await passage.linked_to(actor.user_id)

    outcomes = await asyncio.gather(
        passage.unlink(actor, first.id), passage.unlink(actor, second), return_exceptions=True
    )

    assert [type(one) for one in outcomes if one is not None] == [LastWayIn]
    assert len(await passage.linked_to(actor.user_id)) == 1


async def test_another_persons_is_not_there(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    bob = await passage.society.actor(await passage.society.joins("bob"))
    identity_id = await passage.links(ada)

    with pytest.raises(IdentityNotFound):
        await passage.unlink(bob, identity_id)

    assert len(await passage.linked_to(ada.user_id)) == 1


async def test_no_key_unlinks(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    identity_id = await passage.links(ada)

    with pytest.raises(PersonRequired):
        await passage.unlink(replace(ada, personal=frozenset()), identity_id)


async def test_a_session_that_is_no_longer_fresh_neither_links_nor_unlinks(
    passage: Passage, clock: VirtualClock
) -> None:
    """Else whoever took it would have made themselves a way in that outlasts the session."""
    ada = await passage.society.actor(await passage.society.joins("ada"))
    identity_id = await passage.links(ada, SECOND)
    clock.advance(timedelta(minutes=10))

    with pytest.raises(FreshSignInNeeded):
        await passage.unlink(ada, identity_id)
    with pytest.raises(FreshSignInNeeded):
        await passage.started(ada)
    wish = StartProviderLoginCommand(link_to="me", password="wrong")
    with pytest.raises(WrongPassword):
        await passage.start("corp", wish, ada)
    started = await passage.start("corp", replace(wish, password=PASSWORD), ada)
    assert started.flow_token
    assert [one.id for one in await passage.linked_to(ada.user_id)] == [identity_id]
