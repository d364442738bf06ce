"""The page of an event for whoever is signed in: everybody's, unless the event is theirs."""

from adapters.postgres.database import Database
from tests.http.test_events import Client, Promoter, a_promoter
from tests.http.test_public_event_page import SECRET, path_of, statements_of
from tests.http.test_public_event_page import promoter as promoter


async def test_a_crowd_that_is_signed_in_is_two_statements_besides_their_tokens(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.published()
    stranger = await a_promoter(client, "moonlight")

    asked = await statements_of(postgres, stranger, path_of(event_id), times=4)

    assert asked[1:] == [0, 0, 0]


async def test_members_see_what_is_hidden_and_strangers_see_what_everybody_sees(
    promoter: Promoter, client: Client
) -> None:
    event_id = await promoter.published()
    await promoter.offer(event_id, name=SECRET, status="hidden")
    stranger = await a_promoter(client, "moonlight")
    everybody = await client.get(path_of(event_id))

    theirs, mine = [await one.get(f"/events/{event_id}") for one in (stranger, promoter)]

    assert theirs.content == everybody.content
    assert SECRET in mine.text
    assert SECRET not in theirs.text
    assert theirs.headers["cache-control"] == mine.headers["cache-control"] == "private, no-cache"
