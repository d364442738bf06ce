"""An organisation makes up a promo code."""

from decimal import Decimal

import pytest

from domain.pricing.errors import (
    InvalidApplicableEvents,
    InvalidDiscount,
    InvalidMaxUses,
    PromoCodeTaken,
)
from domain.shared.errors import DomainError, Forbidden, NotFound
from tests.application.pricing.scene import AIDA, CONCERT, OPERA, ROCK, Scene, tenth_off


async def test_a_new_code_is_kept_with_its_uses(scene: Scene) -> None:
    promo_code_id = await scene.create(scene.manager, tenth_off(max_uses=100))

    assert scene.kept(promo_code_id).code == "SPRING10"
    uses = scene.uses(promo_code_id)
    assert uses is not None
    assert (uses.organization_id, uses.capacity, uses.held, uses.sold) == (ROCK, 100, 0, 0)


async def test_a_code_without_a_limit_has_endless_uses(scene: Scene) -> None:
    promo_code_id = await scene.create(scene.manager, tenth_off())

    uses = scene.uses(promo_code_id)
    assert uses is not None
    assert uses.capacity is None


async def test_a_code_exists_once_in_an_organisation_in_any_case(scene: Scene) -> None:
    await scene.create(scene.manager, tenth_off(code="Spring10"))

    with pytest.raises(PromoCodeTaken):
        await scene.create(scene.manager, tenth_off(code="sPRING10"))

    await scene.create(scene.stranger, tenth_off(organization_id=OPERA))
    assert len(scene.codes()) == 2


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"max_uses": 0}, InvalidMaxUses),
        ({"discount_value": Decimal(101)}, InvalidDiscount),
        ({"applicable_events": ()}, InvalidApplicableEvents),
        ({"applicable_events": (CONCERT, AIDA)}, InvalidApplicableEvents),
    ],
)
async def test_a_refused_code_leaves_no_trace(
    scene: Scene, terms: dict[str, object], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await scene.create(scene.manager, tenth_off(**terms))

    assert scene.codes() == []


async def test_only_those_who_may_edit_make_codes(scene: Scene) -> None:
    with pytest.raises(Forbidden):
        await scene.create(scene.analyst, tenth_off())
    with pytest.raises(NotFound):
        await scene.create(scene.stranger, tenth_off())

    assert scene.codes() == []
