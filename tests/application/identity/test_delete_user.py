import pytest

from adapters.system.ids import SystemIds
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.account_ports import BeginAccounts
from application.identity.delete_user import DeleteUser
from application.identity.reset_second_factor import ResetSecondFactor
from application.identity.update_user import UpdateUser, UpdateUserCommand
from domain.identity.errors import LastOwner, LastPlatformAdmin, UserNotFound
from domain.shared.errors import Forbidden
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import Society
from tests.application.identity.platform import an_admin
from tests.application.identity.visiting import Visiting


@pytest.fixture
def delete_user(begin: BeginAccounts, ids: SystemIds, tokens: RememberedAccessTokens) -> DeleteUser:
    return DeleteUser(begin, ids, tokens)


async def test_a_closed_account_is_as_if_it_had_never_been(
    society: Society,
    delete_user: DeleteUser,
    begin: BeginAccounts,
    tokens: RememberedAccessTokens,
) -> None:
    admin, ada = await an_admin(society), await society.joins("lovelace")

    await delete_user(admin, ada.user_id)

    assert "lovelace" not in repr(await society.user(ada.user_id))
    with pytest.raises(UserNotFound):
        await delete_user(admin, ada.user_id)
    with pytest.raises(UserNotFound):
        await UpdateUser(begin, tokens)(admin, ada.user_id, UpdateUserCommand(is_active=True))


async def test_support_finds_no_closed_account(
    two_steps: TwoSteps, visiting: Visiting, delete_user: DeleteUser
) -> None:
    admin, ada = await visiting.administrator(), await visiting.society.joins("ada")
    actor = await visiting.society.actor(admin)
    await delete_user(actor, ada.user_id)

    with pytest.raises(UserNotFound):
        await visiting.visits(admin, ada.user_id)
    with pytest.raises(UserNotFound):
        await ResetSecondFactor(two_steps.begin, two_steps.ids)(actor, ada.user_id)


async def test_an_organization_keeps_its_owner_and_the_platform_its_administrator(
    society: Society, delete_user: DeleteUser
) -> None:
    admin, ada = await an_admin(society), await society.joins("ada")
    await society.founds(ada)

    with pytest.raises(LastOwner):
        await delete_user(admin, ada.user_id)
    with pytest.raises(LastPlatformAdmin):
        await delete_user(admin, admin.user_id)


async def test_others_learn_nothing(society: Society, delete_user: DeleteUser) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")

    with pytest.raises(UserNotFound):
        await delete_user(await society.actor(ada), bob.user_id)
    with pytest.raises(Forbidden):
        await delete_user(await society.actor(ada), ada.user_id)
