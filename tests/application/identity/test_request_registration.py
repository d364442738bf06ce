"""AU-11: whoever asks for an account cannot tell whether the address has one."""

import pytest

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from application.identity.request_registration import RequestRegistration
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import KnownPassword, TooManyGuesses
from domain.shared.text import InvalidText
from tests.application.identity.people import PHONE, Society
from tests.application.identity.post_office import PostOffice
from tests.application.identity.test_register_user import a_command


async def test_a_known_and_an_unknown_address_take_the_same_steps(
    society: Society,
    request_registration: RequestRegistration,
    memory: MemoryDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await society.joins("ada")
    memory.jobs.clear()
    steps: list[str] = []
    looked_up = MemoryTransaction.enqueue

    def noted(self: MemoryTransaction, job: str, arguments: dict[str, str]) -> None:
        steps.append(f"{job} {sorted(arguments)}")
        looked_up(self, job, arguments)

    monkeypatch.setattr(MemoryTransaction, "enqueue", noted)
    for address in ("ada@example.com", "new@example.com"):
        await request_registration(a_command(address), PHONE)

    assert steps[0] == steps[1]
    assert len(steps) == 2


async def test_the_owner_is_told_and_a_stranger_gets_the_token(
    society: Society, request_registration: RequestRegistration, post_office: PostOffice
) -> None:
    await society.joins("ada")
    await post_office.letters()

    await request_registration(a_command("ADA@example.com", first_name="Thief"), PHONE)
    await request_registration(a_command("new@example.com"), PHONE)

    [to_owner] = (await post_office.letters("ada@"))[1:]
    assert to_owner.kind is AccountLetterKind.ALREADY_REGISTERED
    assert (to_owner.to_name, to_owner.registration_id) == ("ada Byron", None)
    assert await post_office.kinds("new@") == [AccountLetterKind.OPEN_ACCOUNT]


async def test_nobody_has_an_account_before_the_mail_was_read(
    request_registration: RequestRegistration, memory: MemoryDatabase
) -> None:
    await request_registration(a_command(), PHONE)

    assert len(memory.table("users")) == 0


async def test_what_could_be_no_account_is_refused_at_once(
    request_registration: RequestRegistration, memory: MemoryDatabase
) -> None:
    with pytest.raises(InvalidText):
        await request_registration(a_command(first_name=" "), PHONE)
    with pytest.raises(KnownPassword):
        await request_registration(a_command(password="iloveyou"), PHONE)

    assert memory.jobs == []
    assert len(memory.table("registrations")) == 0


async def test_a_network_asks_so_often_and_no_more(
    request_registration: RequestRegistration, memory: MemoryDatabase
) -> None:
    for number in range(20):
        await request_registration(a_command(f"a{number}@example.com"), PHONE)

    with pytest.raises(TooManyGuesses) as refused:
        await request_registration(a_command("one.more@example.com"), PHONE)

    assert refused.value.facts == {"retry_after": 60}
    assert len(memory.table("registrations")) == 20
