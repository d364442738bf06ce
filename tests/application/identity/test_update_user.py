import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.account_ports import BeginAccounts
from application.identity.update_user import UpdateUser, UpdateUserCommand
from application.shared.transaction import SessionEnded
from domain.identity.errors import LastPlatformAdmin, UserNotFound
from domain.shared.errors import Forbidden
from tests.application.identity.people import Society
from tests.application.identity.platform import an_admin


@pytest.fixture
def update_user(begin: BeginAccounts, tokens: RememberedAccessTokens) -> UpdateUser:
    return UpdateUser(begin, tokens)


async def test_an_administrator_corrects_an_account(
    society: Society, update_user: UpdateUser
) -> None:
    admin, ada = await an_admin(society), await society.joins("ada")

    await update_user(admin, ada.user_id, UpdateUserCommand(first_name="Augusta"))

    assert (await society.user(ada.user_id)).name == "Augusta Byron"
    await society.actor(ada)


async def test_who_is_disabled_is_signed_out_and_stays_out_when_enabled_again(
    society: Society, update_user: UpdateUser
) -> None:
    admin, ada = await an_admin(society), await society.joins("ada")

    await update_user(admin, ada.user_id, UpdateUserCommand(is_active=False))
    with pytest.raises(SessionEnded):
        await society.actor(ada)

    await update_user(admin, ada.user_id, UpdateUserCommand(is_active=True))
    with pytest.raises(SessionEnded):
        await society.actor(ada)


@pytest.mark.parametrize(
    "command", [UpdateUserCommand(is_platform_admin=False), UpdateUserCommand(is_active=False)]
)
async def test_the_last_administrator_stays(
    society: Society, update_user: UpdateUser, command: UpdateUserCommand
) -> None:
    admin = await an_admin(society)

    with pytest.raises(LastPlatformAdmin):
        await update_user(admin, admin.user_id, command)

    other = await an_admin(society, "other")
    await update_user(other, admin.user_id, command)
    with pytest.raises(LastPlatformAdmin):
        await update_user(other, other.user_id, command)


async def test_others_learn_nothing(society: Society, update_user: UpdateUser) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    actor = await society.actor(ada)

    with pytest.raises(UserNotFound):
        await update_user(actor, bob.user_id, UpdateUserCommand(first_name="Eve"))
    with pytest.raises(Forbidden):
        await update_user(actor, ada.user_id, UpdateUserCommand(is_platform_admin=True))

    assert not (await society.user(ada.user_id)).is_platform_admin
