"""A use case that lost a race is repeated, a few times."""

import pytest

from application.shared.retrying import ATTEMPTS_MAX, retrying
from application.shared.transaction import Contention
from domain.shared.errors import Conflict, DomainError, StaleVersion


class Racer:
    """Loses so many times before it wins."""

    def __init__(self, losses: int, refusal: type[DomainError] = StaleVersion) -> None:
        self.losses = losses
        self.refusal = refusal
        self.calls = 0

    async def __call__(self, wish: str) -> str:
        self.calls += 1
        if self.calls <= self.losses:
            raise self.refusal
        return wish


@pytest.mark.parametrize("refusal", [StaleVersion, Contention])
async def test_a_lost_race_is_run_again(refusal: type[DomainError]) -> None:
    racer = Racer(ATTEMPTS_MAX - 1, refusal)

    assert await retrying(racer)("tea") == "tea"


async def test_a_hopeless_race_is_given_up() -> None:
    racer = Racer(99)

    with pytest.raises(StaleVersion):
        await retrying(racer)("tea")

    assert racer.calls == ATTEMPTS_MAX


async def test_a_refusal_is_not_a_race() -> None:
    racer = Racer(99, Conflict)

    with pytest.raises(Conflict):
        await retrying(racer)("tea")

    assert racer.calls == 1


async def test_some_races_are_run_more_often() -> None:
    racer = Racer(ATTEMPTS_MAX)

    assert await retrying(racer, attempts=ATTEMPTS_MAX + 1)("tea") == "tea"
