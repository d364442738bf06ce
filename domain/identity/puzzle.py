"""A moment's work for whoever signs in once, and too much of it for whoever tries ten thousand
accounts: find what makes the hash of a challenge begin with zeros (hashcash, Back 2002).
"""

import hashlib

DIFFICULTY_BITS = 18
"""A quarter of a million hashes: a telephone's browser takes a second or two."""
SOLUTION_MAX = 64


def is_solved(challenge: str, solution: str, bits: int = DIFFICULTY_BITS) -> bool:
    """Whether SHA-256 of `challenge.solution` begins with so many zero bits."""
    digest = hashlib.sha256(f"{challenge}.{solution}".encode()).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0
