"""An event will not take place."""

from application.sales.on_event_cancelled import OnEventCancelled
from domain.catalogue.events import EventCancelled
from domain.sales.order import OrderStatus
from tests.application.sales.scene import AT, Scene
from tests.domain.sales.builders import EVENT, FLOOR, ORG


async def test_unpaid_orders_are_cancelled_and_paid_ones_kept(scene: Scene) -> None:
    unpaid = await scene.place({FLOOR: 2})
    scene.quotes.price = 0
    paid = await scene.place({FLOOR: 3})
    event = EventCancelled(organization_id=ORG, aggregate_id=EVENT, at=AT, reason="storm")

    await OnEventCancelled(scene.begin, scene.places)(1, event)

    assert scene.status(unpaid) is OrderStatus.CANCELLED
    assert scene.status(paid) is OrderStatus.PAID
    assert scene.floor() == (0, 3)


async def test_hearing_it_twice_changes_nothing_more(scene: Scene) -> None:
    await scene.place({FLOOR: 2})
    event = EventCancelled(organization_id=ORG, aggregate_id=EVENT, at=AT, reason="storm")
    subscriber = OnEventCancelled(scene.begin, scene.places)

    await subscriber(1, event)
    await subscriber(1, event)

    assert scene.floor() == (0, 0)
    assert scene.announced() == ["OrderPlaced", "OrderCancelled"]
