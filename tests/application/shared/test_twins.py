"""Who follows whom in a batch."""

import pytest

from application.shared.twins import followers_of


@pytest.mark.parametrize(
    ("names", "followers"),
    [
        ([], {}),
        (["", "", ""], {}),
        (["a", "b", "a", "", "a"], {2: 0, 4: 0}),
        (["ac", "bc", "b"], {1: 0}),
    ],
)
def test_the_first_of_a_name_is_followed(names: list[str], followers: dict[int, int]) -> None:
    assert followers_of(names) == followers
