"""How a counter that went astray is set right: by movements, like everything else."""

from dataclasses import dataclass

from domain.sales.box_office import MovementKind


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units are held, sold and blocked."""

    held: int
    sold: int
    blocked: int

    @property
    def taken(self) -> int:
        return self.held + self.sold + self.blocked


def corrections(found: Tally, right: Tally) -> list[tuple[MovementKind, int]]:
    """The movements that lead from what the history adds up to, to what is right."""
    sold, blocked = right.sold - found.sold, right.blocked - found.blocked
    # Units that are sold leave what is held; the rest of the difference comes or goes by itself.
    held = right.held - found.held + max(sold, 0)
    moved = [
        (MovementKind.HOLD, held),
        (MovementKind.RELEASE, -held),
        (MovementKind.SELL, sold),
        (MovementKind.GIVE_BACK, -sold),
        (MovementKind.BLOCK, blocked),
        (MovementKind.UNBLOCK, -blocked),
    ]
    return [(kind, units) for kind, units in moved if units > 0]
