"""Many buyers, little stock (faults.md, 1.1): no way to sell a place twice, and none is lost."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from random import Random, SystemRandom
from typing import Any

import psycopg
import pytest
from dependency_injector import providers

from application.catalogue.update_ticket_type import UpdateTicketTypeCommand
from application.sales.messages import PlacedOrder
from tests.chaos.api import UnlockedSales
from tests.faults.fleet import PROCESSES, Fleet, Sale, all_of, codes
from tests.faults.people import an_owner
from tests.simulation.exact_path import NoShortWay

LONG = int(float(os.environ.get("TIXMO_TEST_LONG", "1")))
"""How many times longer than in `make test`."""
BUYERS = 100 * min(LONG, 10)
ROUNDS = 4 * LONG


@contextlib.contextmanager
def unguarded(fleet: Fleet) -> Iterator[None]:
    """No lock on the counters, no short way with its guards, no CHECK behind them."""
    for container in fleet.containers:
        begin = container.core.database().beginner(UnlockedSales)
        place_orders: Any = container.sales.place_orders
        place_orders.add_kwargs(begin=providers.Object(begin))
        container.sales.one_trip.override(providers.Object(NoShortWay()))
    wall = "constraint allotment_counters_never_oversold"
    fleet.owner.execute(f"alter table allotment_counters drop {wall}")
    try:
        yield
    finally:
        fleet.owner.execute("truncate allotment_counters")
        fleet.owner.execute(
            f"alter table allotment_counters add {wall}"
            " check (capacity is null or held + sold + blocked <= capacity)"
        )


async def one_place(fleet: Fleet) -> int:
    """Everybody wants the one place there is; answers how many got it."""
    sale = fleet.open_a_sale({"floor": 1})
    told = codes(await fleet.place([sale.wish() for _ in range(BUYERS)]))
    assert told.keys() <= {"placed", "sold_out"}, told
    return told["placed"]


async def test_ov_01_one_place_has_one_buyer(fleet: Fleet) -> None:
    for _ in range(ROUNDS):
        assert await one_place(fleet) == 1

    assert await fleet.broken() == {}


async def rush(fleet: Fleet, sale: Sale, attempts: int, dice: Random) -> list[int]:
    """Orders, cancellations and sweeps of 32 at once; answers how much was taken at each sample."""
    samples: list[int] = []
    left = [attempts]

    async def hurry(number: int) -> None:
        container = fleet.containers[number % PROCESSES]
        while left[0] > 0:
            left[0] -= 1
            [told] = await fleet.place([sale.wish({"floor": dice.randint(1, 10)})])
            if isinstance(told, PlacedOrder) and dice.random() < 0.7:
                fleet.let_run_out(told.id)
            if dice.random() < 0.1:
                await container.sales.expire_orders()()
            held, sold, _ = fleet.counted(sale.types["floor"])
            samples.append(held + sold)

    await asyncio.gather(*(hurry(number) for number in range(32)))
    return samples


async def test_ov_02_everything_is_sold_and_nothing_twice(fleet: Fleet) -> None:
    dice = Random(SystemRandom().randrange(2**32))
    sale = fleet.open_a_sale({"floor": 200})

    samples = await rush(fleet, sale, 400 * LONG, dice)
    await fleet.place([sale.wish({"floor": 1}) for _ in range(300)])

    assert 100 < max(samples) <= 200
    assert fleet.counted(sale.types["floor"]) == (200, 0, 200)
    assert await fleet.broken() == {}


async def test_ov_03_without_its_guards_the_fleet_oversells(fleet: Fleet) -> None:
    with unguarded(fleet):
        winners = [await one_place(fleet) for _ in range(5)]
        sale = fleet.open_a_sale({"floor": 200})
        await rush(fleet, sale, 200, Random(1))
        broken = await fleet.broken()

    assert max(winners) > 1
    assert {"I02", "S01"} & broken.keys()


async def test_ov_04_pools_in_opposite_order_neither_deadlock_nor_oversell(fleet: Fleet) -> None:
    dice = Random(4)
    sale = fleet.open_a_sale(
        {"a": 500, "b": 500},
        pools={"x": 60, "y": 50, "z": 40},
        draws={"a": ["x", "y", "z"], "b": ["z", "y"]},
    )
    wishes = []
    for _ in range(BUYERS * 2):
        names = dice.sample(["a", "b"], dice.choice([1, 2]))
        wishes.append(sale.wish({name: dice.randint(1, 2) for name in names}))

    told = codes(await fleet.place(wishes))

    assert told.keys() <= {"placed", "sold_out"}, told
    assert await fleet.broken() == {}
    taken = {
        row[0]: row[1]
        for row in fleet.owner.execute(
            "select c.capacity, c.held from allotment_counters c"
            " join allotments a on a.id = c.allotment_id where a.kind = 'pool'"
        )
    }
    # The scarcest is full to the last place, for some who were refused wanted only one.
    assert taken[40] == 40
    assert taken[50] <= 50
    assert taken[60] <= 60


async def test_ov_05_one_seat_has_one_owner_even_by_raw_sql(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"seat 1": 1, "seat 2": 1})
    seat = sale.types["seat 1"]

    told = await fleet.place([sale.wish({"seat 1": 1}, pay=True) for _ in range(BUYERS)])

    assert codes(told) == {"placed": 1, "sold_out": BUYERS - 1}
    assert fleet.counted(seat) == (0, 1, 1)
    for claim in (
        "update allotment_counters set held = held + 1 where allotment_id = %s",
        "update allotment_counters set sold = sold + 1 where allotment_id = %s",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            fleet.owner.execute(claim, [seat])
    with pytest.raises(psycopg.errors.UniqueViolation):
        fleet.owner.execute(
            "insert into tickets select (jsonb_populate_record(t, jsonb_build_object("
            " 'id', gen_random_uuid(), 'code', '\\x000000000000000000000000'))).*"
            " from tickets t where ticket_type_id = %s",
            [seat],
        )


async def test_ov_07_a_code_for_one_is_used_once(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 1000})
    code_id = fleet.open_a_code(sale, "ONCE", uses=1)

    told = codes(await fleet.place([sale.wish(promo="once") for _ in range(200)]))

    assert told == {"placed": 1, "promo_code_exhausted": 199}
    assert fleet.counted(code_id) == (1, 0, 1)
    assert await fleet.broken() == {}


async def test_ov_08_a_capacity_below_what_is_taken_is_refused(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 50, "vip": 50})
    seller = an_owner(fleet, sale)
    update = fleet.containers[0].catalogue.update_ticket_type()

    async def lower() -> None:
        command = UpdateTicketTypeCommand(quantity=10)
        await update(seller, sale.event_id, sale.types["floor"], command)

    before = await fleet.place([sale.wish({"floor": 5}) for _ in range(6)])
    [refusal, *others] = await all_of(
        [lower(), fleet.place([sale.wish({"floor": 5}) for _ in range(3)])]
    )
    vip = await fleet.place([sale.wish({"vip": 1}) for _ in range(60)])

    assert codes(before) == {"placed": 6}
    assert refusal.code == "capacity_below_sold"
    assert codes(others[0]) == {"placed": 3}
    assert codes(vip) == {"placed": 50, "sold_out": 10}
    assert await fleet.broken() == {}


async def test_ov_10_four_sweepers_release_each_hold_once(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 300})
    for container in fleet.containers:
        container.sales.hold_for.override(providers.Object(timedelta(milliseconds=1)))
    await fleet.place([sale.wish({"floor": 2}) for _ in range(100)])

    swept = await all_of([c.sales.expire_orders()() for c in fleet.containers * 2])

    assert sum(n for n in swept if isinstance(n, int)) == 100
    assert fleet.counted(sale.types["floor"]) == (0, 0, 300)
    twice = fleet.owner.execute(
        "select order_id from stock_movements where kind = 'release'"
        " group by order_id, allotment_id having count(*) <> 1"
    ).fetchall()
    assert twice == []
    assert await fleet.broken() == {}


async def test_ov_14_no_way_adds_a_ticket_without_its_stock(fleet: Fleet) -> None:
    """Paid at once, free of charge, and by invitation code, all at the same time."""
    paid = fleet.open_a_sale({"floor": 60})
    free = fleet.open_a_sale({"floor": 60}, price=0)
    fleet.open_a_code(paid, "FRIEND", uses=30)
    wishes = [
        wish
        for _ in range(BUYERS // 2)
        for wish in (
            paid.wish({"floor": 1}, pay=True),
            paid.wish({"floor": 2}, promo="friend", pay=True),
            free.wish({"floor": 2}),
        )
    ]

    await fleet.place(wishes)

    for sale in (paid, free):
        type_id = sale.types["floor"]
        [tickets] = fleet.owner.execute(
            "select count(*) from tickets where ticket_type_id = %s", [type_id]
        ).fetchone() or [0]
        assert fleet.counted(type_id) == (0, 60, 60)
        assert tickets == 60
    assert await fleet.broken() == {}


async def test_ov_16_limits_hold_across_parallel_orders(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 1000}, max_per_customer=4, max_per_order=3)
    buyer = {"email": "Ada@example.com"}
    others = [sale.wish({"floor": 3}) for _ in range(20)]
    mine = [sale.wish({"floor": 1}, **buyer) for _ in range(30)]
    spelt = [sale.wish({"floor": 2}, email="ada@EXAMPLE.com") for _ in range(10)]
    too_many = [sale.wish({"floor": 4})]

    told = await fleet.place([*mine, *spelt, *others, *too_many])

    placed = [o.order for o in told[:40] if isinstance(o, PlacedOrder) and o.order is not None]
    assert sum(line.quantity for order in placed for line in order.lines) in (3, 4)
    assert codes(told[:40]).keys() <= {"placed", "customer_limit_reached"}
    assert codes(told[40:60]) == {"placed": 20}
    assert codes(told[60:]) == {"quantity_out_of_range": 1}
    assert await fleet.broken() == {}


async def test_ov_17_what_a_page_remembers_sells_nothing(fleet: Fleet) -> None:
    sale = fleet.open_a_sale({"floor": 20})
    # Every process knows the offer and has seen the counters while plenty was left.
    await fleet.place([sale.wish() for _ in range(PROCESSES)])

    first = fleet.containers[0].sales.order_lane()
    bought = await all_of([first(sale.wish()) for _ in range(16)])
    late = await fleet.place([sale.wish() for _ in range(PROCESSES * 3)])

    assert codes(bought) == {"placed": 16}
    assert codes(late) == {"sold_out": PROCESSES * 3}
    assert fleet.ordered(sale.types["floor"]) == 20
