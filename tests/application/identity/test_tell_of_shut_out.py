from adapters.system.ids import SystemIds
from application.identity.tell_of_shut_out import TellOfShutOut
from application.shared.account_letters import AccountLetterKind
from tests.application.identity.people import Society
from tests.application.identity.post_office import PostOffice


async def told(post_office: PostOffice) -> list[str | None]:
    letters = await post_office.letters()
    kind = AccountLetterKind.APPLICATION_SHUT_OUT
    return [letter.about for letter in letters if letter.kind is kind]


async def test_the_owner_learns_which_application_it_was(
    society: Society, post_office: PostOffice, ids: SystemIds
) -> None:
    ada, bob = await society.joins("ada"), await society.joins("bob")
    await society.disable(bob.user_id)
    tell = TellOfShutOut(post_office.begin)

    for user_id in (ada.user_id, bob.user_id, ids.new()):
        await tell(user_id=str(user_id), application="Diary", letter_id=str(ids.new()))

    assert await told(post_office) == ["Diary"]
