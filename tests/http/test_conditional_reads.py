"""Public reads carry a validator of their bytes; whoever has them already is sent nothing."""

import pytest
import pytest_asyncio

from entrypoints.http.conditional_reads import PUBLIC_READS, has_already
from tests.http.test_events import NOWHERE, Client, Promoter, a_promoter

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def promoter(client: Client) -> Promoter:
    return await a_promoter(client, "starlight")


async def reads_of(promoter: Promoter) -> list[str]:
    """Each public read of one event, as its address."""
    event_id = await promoter.plan()
    ticket_type_id = await promoter.offer(event_id)
    await promoter.post(f"/events/{event_id}/publish")
    ids = {"event_id": event_id, "ticket_type_id": ticket_type_id}
    return [path.format(**ids) for path in sorted(PUBLIC_READS)]


async def test_each_public_read_is_sent_once(promoter: Promoter, client: Client) -> None:
    for path in await reads_of(promoter):
        whole = await client.get(path)
        again = await client.get(path)
        unchanged = await client.get(path, headers={"If-None-Match": whole.headers["etag"]})

        assert (whole.status_code, again.content) == (200, whole.content), path
        assert again.headers["etag"] == whole.headers["etag"]
        assert whole.headers["cache-control"] == "public, max-age=1"
        assert (unchanged.status_code, unchanged.content) == (304, b""), path
        assert {"content-type", "content-length"}.isdisjoint(unchanged.headers)
        assert unchanged.headers["etag"] == whole.headers["etag"]
        assert unchanged.headers["vary"] == "Authorization"


async def test_a_member_has_a_validator_of_their_own(promoter: Promoter, client: Client) -> None:
    for path in await reads_of(promoter):
        mine = await client.get(path, headers=promoter.headers)
        asked = promoter.headers | {"If-None-Match": mine.headers["etag"]}

        assert mine.headers["cache-control"] == "private, no-cache", path
        assert (await client.get(path, headers=asked)).status_code == 304, path


async def test_a_change_changes_the_validator(promoter: Promoter, client: Client) -> None:
    event_id = await promoter.published()
    path = f"/api/v1/events/{event_id}/ticket-types"
    etag = (await client.get(path)).headers["etag"]

    await promoter.offer(event_id, name="VIP")
    changed = await client.get(path, headers={"If-None-Match": etag})

    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_refusals_and_writes_have_none(promoter: Promoter, client: Client) -> None:
    refused = await client.get(f"/api/v1/events/{NOWHERE}/ticket-types")
    wrong = await client.get("/api/v1/events?limit=0", headers={"If-None-Match": "*"})
    written = await promoter.post("/events", promoter.a_plan())
    own = await promoter.get("/auth/me")

    assert [one.status_code for one in (refused, wrong, written, own)] == [404, 400, 201, 200]
    for answer in (refused, wrong, written, own):
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        (b'"a"', True),
        (b'W/"a"', True),
        (b'"b","a"', True),
        (b' "b" , W/"a" ', True),
        (b"*", True),
        (b'"b"', False),
        (b"a", False),
        (b'w/"a"', False),
        (b"", False),
    ],
)
async def test_every_way_to_name_a_validator(given: bytes, is_known: bool) -> None:
    headers = [(b"host", b"x"), (b"if-none-match", given)]

    assert has_already(headers, b'"a"') is is_known


async def test_other_headers_name_none() -> None:
    assert not has_already([(b"if-match", b'"a"')], b'"a"')
