"""What a person shows besides their first factor: codes of an app, or a recovery code."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.identity.attempts import seconds_until
from domain.identity.errors import (
    EnrolmentOver,
    SecondFactorLocked,
    SecondFactorOff,
    SecondFactorOn,
    TooManyCodes,
)
from domain.shared.aggregate import Aggregate
from domain.shared.ids import UserId

ENROLMENT = timedelta(minutes=10)
"""How long a new seed waits for its first code."""
WRONG_MAX = 5
WRONG_WITHIN = timedelta(minutes=15)
"""So many wrong tries in so long; a right one between them forgives none."""
WRONG_IN_A_ROW_MAX = 20
RECOVERY_CODES = 10


def recovery_hash_of(code: str) -> bytes:
    """What is kept of a recovery code: it has 100 random bits, so a plain hash is enough.

    Dashes, spaces and the case are for reading.
    """
    signs = "".join(code.upper().replace("-", " ").split())
    return hashlib.sha256(signs.encode()).digest()


@dataclass(slots=True, kw_only=True)
class SecondFactor(Aggregate):
    """One account's app, recovery codes and wrong tries.

    A seed is sealed, and pending until its first code. A time step's code counts once, a recovery
    code is gone when it was used. After 5 wrong tries in 15 minutes none is looked at; after 20 in
    a row no code of an app is, until a recovery code was right.
    """

    user_id: UserId
    seed: bytes | None = None
    enabled_at: datetime | None = None
    last_step: int | None = None
    """The time step of the last code that counted; none up to it counts again."""
    pending_seed: bytes | None = None
    pending_until: datetime | None = None
    recovery_hashes: frozenset[bytes] = frozenset()
    wrong_at: tuple[datetime, ...] = ()
    """The latest wrong tries, oldest first, never more than 5."""
    wrong_in_a_row: int = 0

    @property
    def has_app(self) -> bool:
        return self.seed is not None

    @property
    def is_locked(self) -> bool:
        """Whether codes of an app are no longer looked at."""
        return self.wrong_in_a_row >= WRONG_IN_A_ROW_MAX

    def enrol(self, seed: bytes, *, at: datetime) -> None:
        """Begin to set up an app; a set-up that was under way is over. Raises SecondFactorOn."""
        if self.has_app:
            raise SecondFactorOn
        self.pending_seed = seed
        self.pending_until = at + ENROLMENT

    def seed_to_confirm(self, *, at: datetime) -> bytes:
        """The seed whose first code is awaited. Raises EnrolmentOver."""
        if self.pending_seed is None or self.pending_until is None or at >= self.pending_until:
            raise EnrolmentOver
        return self.pending_seed

    def confirm(self, step: int | None, *, at: datetime) -> bool:
        """Whether the first code is right; then the app is set up, else a wrong try is noted.

        Raises EnrolmentOver, TooManyCodes.
        """
        seed = self.seed_to_confirm(at=at)
        self.require_tries(at=at)
        if step is None:
            self.note_wrong(at=at)
            return False
        self.seed, self.enabled_at, self.last_step = seed, at, step
        self.pending_seed = self.pending_until = None
        self.wrong_in_a_row = 0
        return True

    def seed_to_check(self, *, at: datetime) -> bytes:
        """The seed whose code is to be tried. Raises SecondFactorOff, -Locked, TooManyCodes."""
        if self.seed is None:
            raise SecondFactorOff
        if self.is_locked:
            raise SecondFactorLocked
        self.require_tries(at=at)
        return self.seed

    def try_step(self, step: int | None, *, at: datetime) -> bool:
        """Whether a code of this time step counts; None is a code of no step near.

        A wrong try is noted, so the aggregate is to be saved either way. The code that counted last
        is no guess: whoever sends it twice would otherwise use up the tries of its owner.
        """
        if step is not None and step == self.last_step:
            return False
        if step is None or (self.last_step is not None and step <= self.last_step):
            self.note_wrong(at=at)
            return False
        self.last_step = step
        self.wrong_in_a_row = 0
        return True

    def try_recovery(self, code: str, *, at: datetime) -> bool:
        """Whether the recovery code is one that is left; then it is gone and codes count again.

        Raises TooManyCodes. A wrong try is noted, so the aggregate is to be saved either way.
        """
        self.require_tries(at=at)
        hashed = recovery_hash_of(code)
        if hashed not in self.recovery_hashes:
            self.note_wrong(at=at)
            return False
        self.recovery_hashes -= {hashed}
        self.wrong_in_a_row = 0
        return True

    def require_tries(self, *, at: datetime) -> None:
        """Raises TooManyCodes if 5 tries were wrong in the last 15 minutes."""
        recent = [wrong for wrong in self.wrong_at if at < wrong + WRONG_WITHIN]
        if len(recent) >= WRONG_MAX:
            raise TooManyCodes(retry_after=seconds_until(recent[0] + WRONG_WITHIN, at=at))

    def note_wrong(self, *, at: datetime) -> None:
        self.wrong_at = (*self.wrong_at, at)[-WRONG_MAX:]
        self.wrong_in_a_row += 1

    def give_recovery(self, codes: Iterable[str]) -> None:
        """Keep these recovery codes; all older ones are gone."""
        self.recovery_hashes = frozenset(recovery_hash_of(code) for code in codes)

    def remove_app(self) -> None:
        """Raises SecondFactorOff if there is none."""
        if not self.has_app:
            raise SecondFactorOff
        self.seed = self.enabled_at = self.last_step = None
        self.pending_seed = self.pending_until = None

    def forget_recovery(self) -> None:
        """Nothing is left that they could stand in for."""
        self.recovery_hashes = frozenset()

    def reset(self) -> None:
        """As if there had never been one; wrong tries of the last minutes stay known."""
        self.seed = self.enabled_at = self.last_step = None
        self.pending_seed = self.pending_until = None
        self.forget_recovery()
        self.wrong_in_a_row = 0
