from urllib.parse import parse_qsl, urlsplit

import pytest

from application.identity.return_from_provider import ProviderAnswer
from application.identity.start_provider_login import StartProviderLoginCommand
from domain.identity.errors import LoginFlowEnded
from domain.identity.login_flow import LIFETIME
from tests.application.identity.passage import SHOP, Passage
from tests.conftest import VirtualClock


async def test_the_shop_gets_the_answer_and_nothing_else(passage: Passage) -> None:
    started = await passage.started()
    answer = ProviderAnswer(state=started.state, code="a code & more", iss="https://id.example")

    address = await passage.come_back("corp", answer)

    assert address.startswith(f"{SHOP}?")
    assert dict(parse_qsl(urlsplit(address).query)) == {
        "state": started.state,
        "code": "a code & more",
        "iss": "https://id.example",
    }


async def test_a_refusal_is_handed_on_as_a_word(passage: Passage) -> None:
    started = await passage.started()
    answer = ProviderAnswer(state=started.state, code="x", error="access_denied<script>")

    address = await passage.come_back("corp", answer)

    assert dict(parse_qsl(urlsplit(address).query)) == {
        "state": started.state,
        "error": "access_deniedscript",
    }


async def test_an_app_keeps_what_its_address_says(passage: Passage) -> None:
    command = StartProviderLoginCommand(redirect_uri="com.example.shop:/in?x=1")
    started = await passage.start("corp", command, None)

    address = await passage.come_back("corp", ProviderAnswer(state=started.state, code="c"))

    assert address == f"com.example.shop:/in?x=1&state={started.state}&code=c"


async def test_au_17_fetched_ahead_and_twice_it_changes_nothing(passage: Passage) -> None:
    started = await passage.started()
    answer = ProviderAnswer(state=started.state, code="c")
    before = list(passage.memory.table("login_flows").rows())
    heard = len(passage.double.requests)

    for _ in range(3):
        await passage.come_back("corp", answer)

    assert list(passage.memory.table("login_flows").rows()) == before
    assert len(passage.double.requests) == heard


@pytest.mark.parametrize("state", [None, "", "another's"])
async def test_au_16_a_foreign_state_leads_nowhere(passage: Passage, state: str | None) -> None:
    await passage.started()

    with pytest.raises(LoginFlowEnded):
        await passage.come_back("corp", ProviderAnswer(state=state, code="c"))


async def test_au_16_an_answer_at_another_providers_door_leads_nowhere(passage: Passage) -> None:
    started = await passage.started()

    with pytest.raises(LoginFlowEnded):
        await passage.come_back("other", ProviderAnswer(state=started.state, code="c"))


async def test_neither_does_an_empty_an_endless_or_a_late_one(
    passage: Passage, clock: VirtualClock
) -> None:
    started = await passage.started()

    for code in (None, "", "x" * 5000):
        with pytest.raises(LoginFlowEnded):
            await passage.come_back("corp", ProviderAnswer(state=started.state, code=code))
    clock.advance(LIFETIME)
    with pytest.raises(LoginFlowEnded):
        await passage.come_back("corp", ProviderAnswer(state=started.state, code="c"))
