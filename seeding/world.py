"""The demo world: believable data with a past, every row of it through the use cases."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from application.shared.scope import PUBLIC
from domain.identity.errors import UserNotFound
from entrypoints.container import Container
from seeding.cast import Cast
from seeding.data.codes import CODES
from seeding.data.music import MUSIC
from seeding.data.people import (
    FIRST_PROMOTER,
    LAST_ADMINISTRATOR,
    LATECOMER,
    ORGANIZERS,
    PASSWORD,
    PEOPLE,
)
from seeding.data.purchases import ARRIVALS, PURCHASES
from seeding.data.stage import STAGE
from seeding.data.venues import VENUES
from seeding.errors import ProductionRefused
from seeding.known import Known
from seeding.programme import PLACES, Programme
from seeding.report import Login, SeedOutcome, SeedReport
from seeding.timeline import Timeline, container_on
from seeding.visitors import Visitors

SHOWS = MUSIC + STAGE
DOOR_STAFF = "scanner@venue.com"
FOUNDED = -60
"""The day on which the world begins."""

Step = tuple[datetime, Callable[[], Awaitable[None]]]


async def seed(container: Container) -> SeedReport:
    """Make the demo world once; where it is already, change nothing. Raises ProductionRefused."""
    if container.settings().env == "production":
        raise ProductionRefused
    if await _is_registered(container, FIRST_PROMOTER):
        is_whole = await _is_registered(container, LAST_ADMINISTRATOR)
        outcome = SeedOutcome.ALREADY_THERE if is_whole else SeedOutcome.INTERRUPTED
        return SeedReport(outcome=outcome, password=PASSWORD)
    timeline = Timeline(container.core.clock()())
    known = Known()
    story = _story(container_on(timeline, container), known, timeline)
    for at, play in sorted(story, key=_instant):
        timeline.now = at
        await play()
    return SeedReport(
        outcome=SeedOutcome.SEEDED,
        password=PASSWORD,
        logins=tuple(
            Login(person.email, f"{person.first_name} {person.last_name}", person.role)
            for person in (*PEOPLE, LATECOMER)
        ),
        scanner_keys=tuple(known.scanner_keys),
        counts=dict(known.counts),
    )


def _instant(step: Step) -> datetime:
    return step[0]


def _story(container: Container, known: Known, timeline: Timeline) -> Iterator[Step]:
    """All that ever happened, each with its instant; what shares one keeps this order."""
    cast = Cast(container, known)
    programme = Programme(container, known, timeline)
    visitors = Visitors(container, known, timeline, door_staff=DOOR_STAFF)
    yield from _beginnings(cast, programme, timeline)
    yield from _shows(programme, timeline)
    yield from _visits(programme, visitors, timeline)
    yield timeline.present, partial(cast.register, LATECOMER)
    yield timeline.present, cast.leave


def _beginnings(cast: Cast, programme: Programme, timeline: Timeline) -> Iterator[Step]:
    began = timeline.moment(FOUNDED)
    for person in PEOPLE:
        yield began, partial(cast.register, person)
    for organizer in ORGANIZERS:
        yield began, partial(cast.found, organizer)
    for place in VENUES:
        yield began, partial(programme.open_venue, place)
    for code in CODES:
        yield began, partial(programme.hand_out, code)


def _shows(programme: Programme, timeline: Timeline) -> Iterator[Step]:
    for show in SHOWS:
        yield timeline.moment(show.announced), partial(programme.announce, show)
        if show.fate == "cancelled":
            yield timeline.moment(show.cancelled), partial(programme.call_off, show)


def _visits(programme: Programme, visitors: Visitors, timeline: Timeline) -> Iterator[Step]:
    shows = {show.name: show for show in SHOWS}
    for purchase in PURCHASES:
        bought = timeline.moment(purchase.day)
        yield bought, partial(visitors.buy, purchase)
        if purchase.fate == "refunded":
            seller = PLACES[shows[purchase.show].venue].organizer
            yield bought + timedelta(days=1), partial(visitors.refund, purchase, seller)
    for arrival in ARRIVALS:
        show = shows[arrival.show]
        seller = PLACES[show.venue].organizer
        at = programme.starts_of(show) + arrival.after
        yield at, partial(visitors.arrive, arrival, seller)


async def _is_registered(container: Container, email: str) -> bool:
    """Whether there is an account; the address is in lower case, and so its own key."""
    try:
        async with container.identity.begin()(PUBLIC) as tx:
            await tx.users.with_email(email)
    except UserNotFound:
        return False
    return True
