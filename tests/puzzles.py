"""Solving what a sign-in asks for while many accounts are tried, as clients do."""

import hashlib
from itertools import count


def solution_of(challenge: str, bits: int) -> str:
    begun = hashlib.sha256(f"{challenge}.".encode())
    for number in count():
        one = begun.copy()
        one.update(b"%d" % number)
        if int.from_bytes(one.digest()) >> (256 - bits) == 0:
            return str(number)
    raise AssertionError
