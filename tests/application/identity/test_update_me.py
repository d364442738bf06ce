import msgspec
import pytest

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.account_ports import BeginAccounts
from application.identity.update_me import UpdateMe, UpdateMeCommand
from domain.identity.errors import InvalidAvatar
from domain.shared.errors import Invalid, PersonRequired
from domain.shared.text import InvalidText
from tests.application.identity.people import Society


@pytest.fixture
def update_me(begin: BeginAccounts, tokens: RememberedAccessTokens) -> UpdateMe:
    return UpdateMe(begin, tokens)


async def test_only_what_is_named_changes_and_null_takes_away(
    society: Society, update_me: UpdateMe
) -> None:
    ada = await society.joins("ada")
    picture = "https://example.com/ada.png"
    await update_me(
        await society.actor(ada), UpdateMeCommand(first_name="Augusta", avatar_url=picture)
    )

    await update_me(await society.actor(ada), UpdateMeCommand(phone="+44 1234", avatar_url=None))

    user = await society.user(ada.user_id)
    assert (user.name, user.phone, user.avatar_url) == ("Augusta Byron", "+44 1234", None)
    assert (await society.actor(ada)).name == "Augusta Byron"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (UpdateMeCommand(first_name=" "), InvalidText),
        (UpdateMeCommand(avatar_url="http://example.com/a.png"), InvalidAvatar),
        (UpdateMeCommand(avatar_url="javascript:alert(1)"), InvalidAvatar),
        (UpdateMeCommand(avatar_url="https://me@example.com/a.png"), InvalidAvatar),
        (UpdateMeCommand(avatar_url="https://[/a.png"), InvalidAvatar),
        (UpdateMeCommand(avatar_url="https://example.com/" + "a" * 500), InvalidAvatar),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    society: Society, update_me: UpdateMe, command: UpdateMeCommand, refusal: type[Invalid]
) -> None:
    ada = await society.joins("ada")

    with pytest.raises(refusal):
        await update_me(await society.actor(ada), command)

    assert (await society.user(ada.user_id)).avatar_url is None


async def test_a_key_cannot_do_it(society: Society, update_me: UpdateMe) -> None:
    ada = await society.actor(await society.joins("ada"))

    with pytest.raises(PersonRequired):
        await update_me(msgspec.structs.replace(ada, personal=frozenset()), UpdateMeCommand())
