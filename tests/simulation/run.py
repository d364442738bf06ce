"""One run: a shop, its people, and a seed that decides everything that chance decides."""

import asyncio
import random
from dataclasses import dataclass
from random import Random

from domain.payments.payment import PaymentStatus
from domain.sales.order import OrderStatus
from tests.domain.sales.builders import EVENT, FLOOR
from tests.simulation.actors import calm_down, habits_of, live, sell_out
from tests.simulation.loop import SeededLoop
from tests.simulation.shop import Shop
from tests.simulation.stock import LIMITS, POOL

CROWD = 6
"""Who acts at once."""


@dataclass(frozen=True)
class Told:
    """How it went."""

    seed: int
    steps: int
    commits: int
    faults: list[str]
    trace: list[str]
    outcome: dict[str, int]


def simulate(seed: int, steps: int = 2_000) -> Told:
    """The same seed and steps give the same trace, line by line."""
    before = random.getstate()
    random.seed(seed)  # The jitter of `retrying`.
    dice = Random(seed)
    loop = SeededLoop(dice)
    shop = Shop(loop, dice, limits=dice.choice([LIMITS, {}]))
    try:
        loop.run(_play(shop, steps))
    except Exception as error:  # noqa: BLE001  # Whatever it is, the run failed.
        shop.faults.append(f"{type(error).__name__}: {error}")
    finally:
        random.setstate(before)
    shop.faults += [f"nobody saw {error!r}" for error in loop.failures if _counts(error)]
    return Told(seed, loop.steps, shop.auditor.audits, shop.faults, shop.trace, _outcome_of(shop))


async def _play(shop: Shop, steps: int) -> None:
    habits = habits_of(shop)
    await asyncio.gather(
        *(
            live(shop, shop.buyers[number % len(shop.buyers)], habits, steps)
            for number in range(CROWD)
        )
    )
    if shop.faults:
        return
    await calm_down(shop)
    if not shop.faults:
        shop.faults += unfinished(shop)
    await sell_out(shop)
    if not shop.faults:
        shop.faults += _unsold(shop)


def unfinished(shop: Shop) -> list[str]:
    """What nobody ended, and money that neither bought anything nor came back."""
    orders = shop.memory.table("orders")._rows
    payments = shop.memory.table("payments")._rows
    pending = [o.id for o in orders.values() if o.status is OrderStatus.PENDING]
    in_flight = [p.id for p in payments.values() if p.status is PaymentStatus.PROCESSING]
    faults = [f"order {id_} pends for ever" for id_ in pending]
    faults += [f"payment {id_} is in flight for ever" for id_ in in_flight]
    kept: dict[object, int] = {}
    for charge in shop.processor.charges.values():
        payment = payments[charge.payment_id]
        kept[payment.order_id] = kept.get(payment.order_id, 0) + charge.kept_minor
        if charge.captures > 1:
            faults.append(f"payment {payment.id} was charged {charge.captures} times")
    for order_id, minor in kept.items():
        order = orders[order_id]
        owed = order.total.minor if order.status is OrderStatus.PAID else 0
        if minor != owed:
            faults.append(f"the processor keeps {minor} of {owed} for {order_id}")
    faults += [
        f"order {id_} was acknowledged and is gone" for id_ in shop.acknowledged - set(orders)
    ]
    return faults


def _unsold(shop: Shop) -> list[str]:
    """When demand is larger than supply, nothing is left."""
    rows = shop.memory.table("allotment_counters")._rows
    event = shop.memory.table("events")._rows[EVENT]
    if event.intent != "published" or shop.faults:
        return []
    free = [
        rows[id_].capacity - rows[id_].held - rows[id_].sold - rows[id_].blocked
        for id_ in (EVENT, FLOOR, POOL)
    ]
    return [] if min(free) == 0 else [f"sold out with {min(free)} left"]


def _outcome_of(shop: Shop) -> dict[str, int]:
    counted: dict[str, int] = {}
    for order in shop.memory.table("orders")._rows.values():
        counted[order.status.value] = counted.get(order.status.value, 0) + 1
    counted["tickets"] = len(shop.memory.table("tickets"))
    counted["refunds"] = len(shop.memory.table("refunds"))
    return counted


def _counts(error: BaseException) -> bool:
    return isinstance(error, Exception)
