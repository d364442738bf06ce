"""An organisation changes the terms of a promo code."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from application.pricing.update_promo_code import UpdatePromoCodeCommand
from domain.pricing.errors import (
    InvalidApplicableEvents,
    InvalidMaxUses,
    MaxUsesBelowUsed,
    PromoCodeNotFound,
)
from domain.pricing.promo_code import PromoCodeStatus
from domain.shared.errors import Forbidden
from domain.shared.period import InvalidPeriod
from tests.application.pricing.scene import AIDA, CONCERT, Scene

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


async def test_what_is_not_named_stays_as_it_is(scene: Scene) -> None:
    code = await scene.code(description="For friends", max_uses=5, min_order_value=Decimal(20))

    await scene.update(scene.manager, code, UpdatePromoCodeCommand(status=PromoCodeStatus.DISABLED))

    kept, uses = scene.kept(code), scene.uses(code)
    assert kept.status is PromoCodeStatus.DISABLED
    assert (kept.description, kept.min_order_value) == ("For friends", Decimal(20))
    assert uses is not None
    assert uses.capacity == 5


async def test_null_lifts_a_limit(scene: Scene) -> None:
    code = await scene.code(max_uses=5, min_order_value=Decimal(20), applicable_events=(CONCERT,))

    await scene.update(
        scene.manager,
        code,
        UpdatePromoCodeCommand(max_uses=None, min_order_value=None, applicable_events=None),
    )

    kept, uses = scene.kept(code), scene.uses(code)
    assert (kept.min_order_value, kept.applicable_events) == (None, None)
    assert uses is not None
    assert uses.capacity is None


async def test_one_end_of_the_validity_is_checked_against_the_other(scene: Scene) -> None:
    code = await scene.code(valid_from=JUNE)

    with pytest.raises(InvalidPeriod):
        await scene.update(scene.manager, code, UpdatePromoCodeCommand(valid_until=JUNE))
    await scene.update(scene.manager, code, UpdatePromoCodeCommand(valid_until=JULY))

    validity = scene.kept(code).validity
    assert (validity.starts, validity.ends) == (JUNE, JULY)


async def test_uses_that_were_made_cannot_be_taken_back(scene: Scene) -> None:
    code = await scene.code(max_uses=5)
    scene.use(code, held=3)
    command = UpdatePromoCodeCommand(max_uses=2, description="Fewer")

    with pytest.raises(MaxUsesBelowUsed) as refusal:
        await scene.update(scene.manager, code, command)

    assert refusal.value.facts == {"max_uses": 2, "used": 3}
    assert scene.kept(code).description is None


async def test_terms_that_make_no_sense_are_refused(scene: Scene) -> None:
    code = await scene.code()

    with pytest.raises(InvalidMaxUses):
        await scene.update(scene.manager, code, UpdatePromoCodeCommand(max_uses=-1))
    with pytest.raises(InvalidApplicableEvents):
        await scene.update(scene.manager, code, UpdatePromoCodeCommand(applicable_events=(AIDA,)))


async def test_only_those_who_may_edit_change_codes(scene: Scene) -> None:
    code = await scene.code()
    command = UpdatePromoCodeCommand(status=PromoCodeStatus.DISABLED)

    with pytest.raises(Forbidden):
        await scene.update(scene.analyst, code, command)
    with pytest.raises(PromoCodeNotFound):
        await scene.update(scene.stranger, code, command)

    assert scene.kept(code).status is PromoCodeStatus.ACTIVE
