import pytest

from application.identity.account_ports import BeginAccounts
from application.identity.update_preferences import UpdatePreferences, UpdatePreferencesCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import InvalidLocale
from domain.identity.preferences import Preferences
from domain.shared.errors import Invalid
from domain.shared.timezone import UnknownTimezone
from tests.application.identity.people import Society


@pytest.fixture
def update_preferences(begin: BeginAccounts) -> UpdatePreferences:
    return UpdatePreferences(begin)


async def test_what_is_not_named_stays_as_it_is(
    society: Society, update_preferences: UpdatePreferences
) -> None:
    ada = await society.actor(await society.joins("ada"))

    await update_preferences(ada, UpdatePreferencesCommand(locale="de-AT"))
    await update_preferences(ada, UpdatePreferencesCommand(marketing_emails=True))

    async with society.begin(PUBLIC) as tx:
        kept = await tx.preferences.of(ada.user_id)  # type: ignore[attr-defined]  # Ours has them.
    assert kept == Preferences(locale="de-AT", marketing_emails=True)


async def test_nobody_who_did_not_say_yes_gets_advertising() -> None:
    beginner = Preferences()

    assert not beginner.marketing_emails
    assert not beginner.organizer_emails


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (UpdatePreferencesCommand(locale="Klingon"), InvalidLocale),
        (UpdatePreferencesCommand(locale="en_US"), InvalidLocale),
        (UpdatePreferencesCommand(locale="en\n"), InvalidLocale),
        (UpdatePreferencesCommand(timezone="Europe/Atlantis"), UnknownTimezone),
        (UpdatePreferencesCommand(timezone="../../etc/passwd"), UnknownTimezone),
    ],
)
async def test_what_does_not_exist_is_refused(
    society: Society,
    update_preferences: UpdatePreferences,
    command: UpdatePreferencesCommand,
    refusal: type[Invalid],
) -> None:
    ada = await society.actor(await society.joins("ada"))

    with pytest.raises(refusal):
        await update_preferences(ada, command)
