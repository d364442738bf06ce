"""A pool's own rules."""

from uuid import UUID

import pytest

from domain.catalogue.errors import InvalidQuantity
from domain.catalogue.pool import Pool, known_units
from domain.shared.ids import PoolId
from domain.shared.text import InvalidText
from tests.domain.catalogue.builders import EVENT, ORG


def a_pool(name: str) -> Pool:
    return Pool(organization_id=ORG, id=PoolId(UUID(int=1)), event_id=EVENT, name=name)


def test_a_name_is_cleaned() -> None:
    assert a_pool(" Stand ").name == "Stand"


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_name_can_be_read(name: str) -> None:
    with pytest.raises(InvalidText):
        a_pool(name)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 2**31])
def test_a_pool_has_one_to_a_million_units(quantity: int) -> None:
    assert known_units(1) == 1
    with pytest.raises(InvalidQuantity):
        known_units(quantity)
