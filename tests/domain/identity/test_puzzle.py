import hashlib

from domain.identity.puzzle import DIFFICULTY_BITS, is_solved
from tests.puzzles import solution_of


def test_what_begins_with_enough_zeros_solves_it() -> None:
    solution = solution_of("abc", bits=10)

    digest = hashlib.sha256(f"abc.{solution}".encode()).hexdigest()
    assert digest.startswith("00")
    assert is_solved("abc", solution, bits=10)
    assert not is_solved("abd", solution, bits=10)


def test_nothing_else_does() -> None:
    solved = sum(is_solved("abc", str(number), bits=8) for number in range(10_000))

    assert 10 < solved < 90  # One of 256.
    assert not is_solved("abc", "", DIFFICULTY_BITS)
