"""What buyers want becomes claims, before any stock is locked."""

from decimal import Decimal

import msgspec
import pytest

from application.sales.messages import GuestBuyer, PaymentWish, PlaceOrder
from domain.payments.errors import UnknownPaymentMethod
from domain.sales.box_office import Claim
from domain.sales.errors import CartNotFound, OfferNotFound, SeveralBaskets
from domain.sales.payment_attempt import PaymentState
from domain.shared.email import InvalidEmail
from domain.shared.errors import DomainError, Unauthenticated
from domain.shared.ids import CartId
from tests.application.sales.scene import Scene, same
from tests.domain.sales.builders import FLOOR, usd


def saying(wish: PlaceOrder, **words: object) -> PlaceOrder:
    return same(wish, request=msgspec.structs.replace(wish.request, **words))


async def claim_of(scene: Scene, command: PlaceOrder) -> Claim:
    commands = {0: command}
    prepared = await scene.claims.of(commands, await scene.claims.price(commands))
    for refusal in prepared.refusals.values():
        raise refusal
    return prepared.claims[0]


async def test_a_signed_in_buyer_is_the_account(scene: Scene) -> None:
    claim = await claim_of(scene, scene.wish({FLOOR: 2}))

    assert claim.buyer.id == scene.buyer.user_id
    assert claim.quote.lines[0].quantity == 2
    assert claim.payment is None


async def test_a_guest_says_who_buys(scene: Scene) -> None:
    guest = GuestBuyer(name=" Eve Noname ", email="Eve@Example.com")

    claim = await claim_of(scene, saying(same(scene.wish(), actor=None), buyer=guest))

    assert (claim.buyer.id, claim.buyer.name, claim.buyer.email) == (
        None,
        "Eve Noname",
        "Eve@example.com",
    )


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({}, Unauthenticated),
        ({"buyer": GuestBuyer(name="Eve", email="nowhere")}, InvalidEmail),
    ],
)
async def test_nobody_in_particular_buys_nothing(
    scene: Scene, words: dict[str, object], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await claim_of(scene, saying(same(scene.wish(), actor=None), **words))


async def test_what_was_shown_comes_with_its_currency(scene: Scene) -> None:
    claim = await claim_of(scene, saying(scene.wish(), shown_total=Decimal("50.00")))

    assert claim.shown_total == usd(5000)


async def test_a_local_till_decides_before_the_order(scene: Scene) -> None:
    good = await claim_of(scene, saying(scene.wish(), payment=PaymentWish(payment_method=VISA)))
    bad = await claim_of(scene, saying(scene.wish(), payment=PaymentWish(payment_method=DECLINED)))

    assert good.payment is not None
    assert good.payment.pays(usd(5000))
    assert bad.payment is not None
    assert bad.payment.outcome is not None
    assert bad.payment.outcome.state is PaymentState.FAILED
    with pytest.raises(UnknownPaymentMethod):
        await claim_of(scene, saying(scene.wish(), payment=PaymentWish(payment_method="shell")))


async def test_items_a_cart_and_an_offer_are_three_ways_to_say_it(scene: Scene) -> None:
    cart = {"cart_id": CartId(scene.ids.new())}
    with pytest.raises(SeveralBaskets):
        await claim_of(scene, saying(scene.wish(), **cart))
    with pytest.raises(CartNotFound):
        await claim_of(scene, saying(scene.wish(), items=(), **cart))
    with pytest.raises(OfferNotFound):
        await claim_of(scene, saying(scene.wish(), items=(), waiting_list_offer="guessed"))


async def test_a_refusal_concerns_its_own_command_alone(scene: Scene) -> None:
    nobody = same(scene.wish(), actor=None)

    commands = {0: scene.wish(), 1: nobody, 2: scene.wish()}
    prepared = await scene.claims.of(commands, await scene.claims.price(commands))

    assert sorted(prepared.claims) == [0, 2]
    assert sorted(prepared.refusals) == [1]


VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
