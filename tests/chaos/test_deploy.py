"""CR-10: a deploy asks a process to end while people buy; nothing that was under way is lost."""

import asyncio
from random import Random

import httpx
import pytest

from tests.chaos.client import Client, History
from tests.chaos.storm import Storm
from tests.chaos.town import Plan, Town, a_town

pytestmark = pytest.mark.e2e
BUYERS = 60


async def deploy(town: Town, plan: Plan) -> tuple[list[int], float, dict[str, object]]:
    """What buyers were told while one of two processes ended, and how long that took."""
    storm = Storm(town, plan, 7)
    await storm.open_the_sale()
    buyer = Client(town.ports[:1], Random(7), History())
    await buyer.register("deployed")
    loop = asyncio.get_running_loop()
    said: list[int] = []
    async with httpx.AsyncClient(trust_env=False, timeout=30) as phone:

        async def buy() -> None:
            try:
                answer = await phone.post(
                    f"http://127.0.0.1:{town.ports[0]}/api/v1/orders",
                    json=storm.wish(),
                    headers={"Authorization": f"Bearer {buyer.token}"},
                )
            except httpx.ConnectError:
                said.append(0)  # Its door was closed already: somebody else's is open.
            else:
                said.append(answer.status_code)

        buying = [asyncio.create_task(buy()) for _ in range(BUYERS)]
        while not said:  # noqa: ASYNC110  # The first is served, the others are under way.
            await asyncio.sleep(0.002)
        began = loop.time()
        await asyncio.to_thread(town.ask_to_end, "api0")
        took = loop.time() - began
        await asyncio.gather(*buying)
    await buyer.close()
    return said, took, await storm.close_the_sale(said.count(201))


def test_cr_10_a_deploy_loses_no_order() -> None:
    plan = Plan(seconds=0, capacity=200, hold_seconds=600, kills=False)
    with a_town(plan) as town:
        said, took, broken = asyncio.run(deploy(town, plan))

    assert set(said) <= {0, 201, 503}, said
    assert 201 in said
    assert took < 30
    assert broken == {}
