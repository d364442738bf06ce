import pytest
from msgspec.structs import replace

from application.identity.link_identity import LinkIdentityCommand
from application.shared.transaction import SessionEnded
from domain.identity.errors import IdentityTaken, LoginFlowEnded
from domain.shared.errors import PersonRequired
from tests.application.identity.passage import Passage
from tests.oidc_double import Person


async def test_whoever_is_signed_in_links_and_comes_back_that_way(passage: Passage) -> None:
    ada = await passage.society.joins("ada")
    # Neither the same address nor a verified one is asked for: both ends are proven.
    person = Person(email="other@corp.example", email_verified=False)

    identity_id = await passage.links(await passage.society.actor(ada), person)

    assert [one.id for one in await passage.linked_to(ada.user_id)] == [identity_id]
    assert (await passage.signs_in(person)).user_id == ada.user_id
    assert (await passage.society.user(ada.user_id)).email.address == "ada@example.com"


async def test_a_providers_account_opens_one_account_of_ours(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    bob = await passage.society.actor(await passage.society.joins("bob"))
    await passage.links(ada)

    for actor in (ada, bob):
        with pytest.raises(IdentityTaken):
            await passage.links(actor)

    assert await passage.linked_to(bob.user_id) == []


async def test_au_16_somebody_elses_flow_links_nothing(passage: Passage) -> None:
    """The thief begins, the victim brings the answer: neither account gets the other's way in."""
    thief = await passage.society.actor(await passage.society.joins("thief"))
    victim = await passage.society.actor(await passage.society.joins("victim"))
    brought = passage.brought(await passage.started(thief), Person(subject="victim's"))

    with pytest.raises(LoginFlowEnded):
        await passage.link(victim, LinkIdentityCommand(provider="corp", **brought))

    assert passage.count("linked_identities") == 0


async def test_au_16_what_was_begun_to_sign_in_links_nothing(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    brought = passage.brought(await passage.started())

    with pytest.raises(LoginFlowEnded):
        await passage.link(ada, LinkIdentityCommand(provider="corp", **brought))


async def test_a_session_that_ended_meanwhile_links_nothing(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    brought = passage.brought(await passage.started(ada))
    async with passage.society.begin(ada.as_person()) as tx:
        session = await tx.sessions.lock(ada.session_id)
        session.revoke(at=tx.now)
        await tx.sessions.save(session)

    with pytest.raises(SessionEnded):
        await passage.link(ada, LinkIdentityCommand(provider="corp", **brought))

    assert passage.count("linked_identities") == 0


async def test_no_key_links(passage: Passage) -> None:
    ada = await passage.society.actor(await passage.society.joins("ada"))
    brought = passage.brought(await passage.started(ada))

    with pytest.raises(PersonRequired):
        key = replace(ada, personal=frozenset())
        await passage.link(key, LinkIdentityCommand(provider="corp", **brought))
