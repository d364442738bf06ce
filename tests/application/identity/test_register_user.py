import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.register_user import RegisterUser, RegisterUserCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import EmailTaken, InvalidPassword
from domain.identity.session import refresh_hash_of
from domain.shared.email import InvalidEmail
from domain.shared.errors import DomainError
from domain.shared.text import InvalidText
from tests.application.identity.people import PASSWORD, PHONE, Society


def a_command(
    email: str = "ada@example.com", password: str = PASSWORD, first_name: str = "Ada"
) -> RegisterUserCommand:
    return RegisterUserCommand(
        email=email, password=password, first_name=first_name, last_name="Byron"
    )


async def test_who_registers_is_signed_in(register_user: RegisterUser, society: Society) -> None:
    signed_in = await register_user(a_command(), PHONE)

    actor = await society.actor(signed_in)
    assert (actor.user_id, actor.session_id) == (signed_in.user_id, signed_in.session_id)
    assert (actor.email, actor.name) == ("ada@example.com", "Ada Byron")
    assert not actor.is_platform_admin
    assert actor.memberships == {}


async def test_neither_password_nor_refresh_token_is_kept(
    register_user: RegisterUser, society: Society
) -> None:
    signed_in = await register_user(a_command(), PHONE)

    async with society.begin(PUBLIC) as tx:
        user = await tx.users.get(signed_in.user_id)
        session = await tx.sessions.lock(signed_in.session_id)
    assert PASSWORD not in repr(user)
    assert signed_in.refresh_token not in repr(session)
    assert session.refresh_hash == refresh_hash_of(signed_in.refresh_token)
    assert (session.ip, session.user_agent) == ("192.0.2.7", "Opera")


async def test_an_address_registers_once_in_any_case(register_user: RegisterUser) -> None:
    await register_user(a_command("Ada@Example.com"), PHONE)

    with pytest.raises(EmailTaken):
        await register_user(a_command(" aDA@EXAMPLE.com"), PHONE)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (a_command(email="ada"), InvalidEmail),
        (a_command(email="ada@localhost"), InvalidEmail),
        (a_command(email="A@b.com\n"), EmailTaken),
        (a_command(password="1234567"), InvalidPassword),
        (a_command(password="x" * 257), InvalidPassword),
        (a_command(first_name=" "), InvalidText),
    ],
)
async def test_a_refusal_leaves_no_trace(
    register_user: RegisterUser,
    memory: MemoryDatabase,
    command: RegisterUserCommand,
    refusal: type[DomainError],
) -> None:
    await register_user(a_command("a@b.com"), PHONE)

    with pytest.raises(refusal):
        await register_user(command, PHONE)

    assert len(list(memory.table("users").rows())) == 1
    assert len(list(memory.table("sessions").rows())) == 1
