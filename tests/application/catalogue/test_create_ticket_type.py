"""An organisation offers a kind of ticket."""

import pytest

from application.catalogue.cancel_event import CancelEvent, CancelEventCommand
from application.catalogue.create_ticket_type import CreateTicketType
from application.catalogue.publish_event import PublishEvent
from domain.catalogue.errors import (
    EventStatusConflict,
    InvalidCustomerLimit,
    InvalidDraws,
    InvalidQuantity,
    NoWayToPay,
    PoolNotFound,
    TicketTypeNameTaken,
    TooManyTicketTypes,
)
from domain.catalogue.ticket_type import TICKET_TYPES_MAX, Draw, PoolShare
from domain.shared.errors import DomainError, Forbidden
from domain.shared.ids import AllotmentId
from domain.shared.money import Money
from tests.application.catalogue.conftest import ANALYST, OWNER, House, an_offer


async def test_tickets_are_priced_in_the_events_currency_and_set_aside(house: House) -> None:
    event_id = await house.plan(currency="JPY")

    ticket_type_id = await house.offer(event_id, price=4500, quantity=25)

    ticket_type, counter = house.ticket_type(ticket_type_id), house.counter(ticket_type_id)
    assert ticket_type.price == Money(4500, "JPY")
    assert (ticket_type.min_per_order, ticket_type.max_per_order) == (1, 10)
    assert set(ticket_type.draws) == {
        Draw(AllotmentId(event_id), 1),
        Draw(AllotmentId(ticket_type_id), 1),
    }
    assert (counter.capacity, counter.revision) == (25, 0)
    assert house.counter(event_id).revision == 1
    assert ticket_type.short_id != house.event(event_id).short_id


async def test_a_name_is_used_once_in_an_event(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    await house.offer(event_id)
    await house.offer(another)

    with pytest.raises(TicketTypeNameTaken):
        await house.offer(event_id)

    assert house.counter(event_id).revision == 1


async def test_a_quantity_is_at_least_one(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(InvalidQuantity):
        await house.offer(event_id, quantity=0)


async def test_a_published_event_takes_only_what_can_be_paid(house: House) -> None:
    house.takes_money = False
    event_id = await house.plan()
    await house.offer(event_id, price=0)
    await PublishEvent(house.begin, house.access, house, house)(OWNER, event_id)

    with pytest.raises(NoWayToPay):
        await house.offer(event_id, name="VIP", price=1)
    await house.offer(event_id, name="Guest list", price=0)


async def test_a_cancelled_event_offers_nothing_new(house: House) -> None:
    event_id = await house.plan()
    await CancelEvent(house.begin, house.access)(OWNER, event_id, CancelEventCommand())

    with pytest.raises(EventStatusConflict):
        await house.offer(event_id)


async def test_an_event_has_a_bounded_number_of_ticket_types(house: House) -> None:
    event_id = await house.plan()
    for number in range(TICKET_TYPES_MAX):
        await house.offer(event_id, name=f"Block {number}")

    with pytest.raises(TooManyTicketTypes):
        await house.offer(event_id)


async def test_looking_is_not_offering(house: House) -> None:
    event_id = await house.plan()

    with pytest.raises(Forbidden):
        await CreateTicketType(house.begin, house.access, house.ids, house)(
            ANALYST, event_id, an_offer()
        )


async def test_a_family_ticket_takes_four_of_the_event_and_one_of_a_pool(house: House) -> None:
    event_id = await house.plan()
    pool_id = await house.pool(event_id)

    ticket_type_id = await house.offer(
        event_id, eventUnits=4, pools=[{"poolId": pool_id, "units": 2}], maxPerCustomer=3
    )

    ticket_type = house.ticket_type(ticket_type_id)
    assert ticket_type.max_per_customer == 3
    assert (ticket_type.event_units, ticket_type.pools) == (4, (PoolShare(pool_id, 2),))
    assert [draw.allotment_id for draw in ticket_type.draws] == sorted(
        [ticket_type_id, event_id, pool_id]
    )


async def test_a_pool_is_one_of_the_event(house: House) -> None:
    event_id, another = await house.plan(), await house.plan()
    pool_id = await house.pool(another)

    with pytest.raises(PoolNotFound) as refused:
        await house.offer(event_id, pools=[{"poolId": pool_id}])

    assert refused.value.facts["field"] == "pools[0].poolId"


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"eventUnits": 0}, InvalidDraws),
        ({"eventUnits": 101}, InvalidDraws),
        ({"maxPerCustomer": 0}, InvalidCustomerLimit),
        ({"minPerOrder": 3, "maxPerCustomer": 2}, InvalidCustomerLimit),
    ],
)
async def test_odd_shares_and_limits_are_refused(
    house: House, wish: dict[str, int], refusal: type[DomainError]
) -> None:
    event_id = await house.plan()

    with pytest.raises(refusal):
        await house.offer(event_id, **wish)


async def test_a_pool_is_drawn_on_once(house: House) -> None:
    event_id = await house.plan()
    share = {"poolId": await house.pool(event_id)}

    with pytest.raises(InvalidDraws):
        await house.offer(event_id, pools=[share, share])
    with pytest.raises(InvalidDraws):
        await house.offer(event_id, pools=[share | {"units": -1}])
