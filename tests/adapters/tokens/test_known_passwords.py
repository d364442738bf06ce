"""AU-15: lists of known passwords, searched without a network."""

import hashlib
from pathlib import Path

import pytest

from adapters.tokens.known_passwords import BreachedPasswords, CommonPasswords
from tests.application.identity.people import PASSWORD


def a_file(path: Path, passwords: list[str], end: str = "\r\n") -> BreachedPasswords:
    hashes = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
    counts = (f"{digest}:{number % 7 * 10**6 + 1}" for number, digest in enumerate(hashes))
    path.write_bytes(end.join(counts).encode() + end.encode())
    return BreachedPasswords(path)


@pytest.mark.parametrize("password", ["password", "PASSWORD", "iloveyou", "qwertyuiop"])
async def test_common_ones_are_known_in_any_case(password: str) -> None:
    assert await CommonPasswords().has(password)


async def test_the_password_of_the_demo_world_is_not() -> None:
    assert not await CommonPasswords().has(PASSWORD)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 100])
async def test_each_line_of_the_file_is_found_and_no_other(
    tmp_path: Path, size: int, end: str
) -> None:
    stolen = [f"stolen {number}" for number in range(size)]
    breached = a_file(tmp_path / "hashes.txt", stolen, end)

    assert all([await breached.has(password) for password in stolen])
    assert not any([await breached.has(f"mine {number}") for number in range(100)])


async def test_what_is_common_needs_no_file_to_say_so(tmp_path: Path) -> None:
    assert await a_file(tmp_path / "hashes.txt", []).has("iloveyou")
