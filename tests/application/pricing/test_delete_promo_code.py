"""An organisation takes back a promo code that nobody used."""

import pytest

from domain.pricing.errors import PromoCodeInUse, PromoCodeNotFound
from domain.shared.errors import Forbidden
from tests.application.pricing.scene import Scene


async def test_an_unused_code_goes_with_its_uses(scene: Scene) -> None:
    code = await scene.code()

    await scene.delete(scene.manager, code)

    assert scene.codes() == []
    assert scene.uses(code) is None


async def test_a_code_that_an_order_holds_stays(scene: Scene) -> None:
    code = await scene.code()
    scene.use(code, held=1, moved=False)

    with pytest.raises(PromoCodeInUse):
        await scene.delete(scene.manager, code)

    assert scene.uses(code) is not None


async def test_a_code_that_an_expired_order_used_stays(scene: Scene) -> None:
    code = await scene.code()
    scene.use(code, held=0, moved=True)

    with pytest.raises(PromoCodeInUse):
        await scene.delete(scene.manager, code)

    assert len(scene.codes()) == 1


async def test_only_those_who_may_edit_delete_codes(scene: Scene) -> None:
    code = await scene.code()

    with pytest.raises(Forbidden):
        await scene.delete(scene.analyst, code)
    with pytest.raises(PromoCodeNotFound):
        await scene.delete(scene.stranger, code)

    assert len(scene.codes()) == 1
