"""What whoever repeats an exchange of a refresh token is told: of sessions and of applications."""

from collections.abc import Sequence

from domain.shared.secret_text import hash_of_secret


def living_among(successors: Sequence[str], living: bytes | None) -> str | None:
    """The successor that lives; None if no key of ours made it, for this asker."""
    told = (one for one in successors if hash_of_secret(one) == living)
    return next(told, None)
