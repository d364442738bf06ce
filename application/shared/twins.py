"""Within one batch: who asks for what somebody before them asks for."""

from collections.abc import Collection, Hashable, Iterable


def followers_of(names: Iterable[Collection[Hashable]]) -> dict[int, int]:
    """Whoever shares a name with one before them, by place in the batch, and the first of those.

    A follower's other names are nobody's.
    """
    leaders: dict[Hashable, int] = {}
    followers: dict[int, int] = {}
    for index, mine in enumerate(names):
        leader = next((leaders[name] for name in mine if name in leaders), None)
        if leader is None:
            leaders |= dict.fromkeys(mine, index)
        else:
            followers[index] = leader
    return followers
