from typing import NamedTuple

import pytest

from application.shared.paging import PageRequest, page_of


class Numbered(NamedTuple):
    id: int


@pytest.mark.parametrize(("found", "next_after"), [(0, None), (2, None), (3, 2)])
def test_there_is_more_if_more_was_found_than_asked_for(found: int, next_after: int | None) -> None:
    page = page_of([Numbered(number + 1) for number in range(found)], PageRequest(2))

    assert [one.id for one in page.items] == [1, 2][:found]
    assert PageRequest(cursor=page.next_cursor).after(int) == next_after
