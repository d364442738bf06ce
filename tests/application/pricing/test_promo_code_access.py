"""Whose promo code it is, and who may do what to it."""

from uuid import UUID

import pytest

from domain.pricing.errors import PromoCodeNotFound
from domain.shared.errors import Forbidden
from domain.shared.ids import PromoCodeId
from domain.shared.permissions import Permission
from tests.application.pricing.scene import ROCK, Scene


async def test_a_member_who_may_learns_the_organisation(scene: Scene) -> None:
    code = await scene.code()

    found = await scene.access(scene.analyst, Permission.PROMO_CODES_VIEW, code)

    assert found == ROCK


async def test_a_member_who_may_not_is_told_so(scene: Scene) -> None:
    code = await scene.code()

    with pytest.raises(Forbidden):
        await scene.access(scene.analyst, Permission.PROMO_CODES_EDIT, code)


async def test_a_stranger_cannot_tell_a_code_from_none(scene: Scene) -> None:
    code = await scene.code()
    nothing = PromoCodeId(UUID(int=99))

    with pytest.raises(PromoCodeNotFound) as foreign:
        await scene.access(scene.stranger, Permission.PROMO_CODES_VIEW, code)
    with pytest.raises(PromoCodeNotFound) as missing:
        await scene.access(scene.stranger, Permission.PROMO_CODES_VIEW, nothing)

    assert repr(foreign.value) == repr(missing.value)
