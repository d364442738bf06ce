import pytest

from adapters.tokens.keyring import Keyring
from adapters.tokens.list_cursors import ListCursors, SealedWords

OLD, BOTH = Keyring({1: b"a" * 32}), Keyring({1: b"a" * 32, 2: b"b" * 32})
ABOUT = b"the list"


def words(keyring: Keyring = OLD, purpose: str = "list-cursor") -> SealedWords:
    return SealedWords(keyring, purpose)


def test_what_is_sealed_opens_and_is_the_same_each_time() -> None:
    sealed = words().seal(b"412", ABOUT)

    assert words().open(sealed, ABOUT) == b"412"
    assert words().seal(b"412", ABOUT) == sealed
    assert words().seal(b"413", ABOUT)[:8] != sealed[:8]


def test_after_a_rotation_the_old_key_still_opens() -> None:
    assert words(BOTH).open(words(OLD).seal(b"412", ABOUT), ABOUT) == b"412"
    with pytest.raises(ValueError, match="not sealed here"):
        words(OLD).open(words(BOTH).seal(b"412", ABOUT), ABOUT)


@pytest.mark.parametrize("sealed", ["", "A", "AQ", "Zm9v", "é", "A" * 400, "AQ==", "~~~~"])
def test_what_was_not_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(ValueError, match="not sealed here"):
        words().open(sealed, ABOUT)


def test_not_for_another_list_nor_for_another_purpose() -> None:
    cursor = ListCursors(words(), ABOUT).seal(b"412")

    assert ListCursors(words(), ABOUT).open(cursor) == b"412"
    for other in (ListCursors(words(), b"another"), ListCursors(words(purpose="x"), ABOUT)):
        with pytest.raises(ValueError, match="not sealed here"):
            other.open(cursor)
