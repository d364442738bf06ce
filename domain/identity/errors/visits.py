"""What is refused about support visits, and in them."""

from domain.shared.errors import Forbidden, Invalid, NotFound


class NotVisited(Forbidden):
    """Support visits neither administrators of the platform nor disabled accounts."""

    code = "not_visited"


class InvalidVisitLength(Invalid):
    """A support visit takes 1 to 15 minutes."""

    code = "invalid_visit_length"
    field = "minutes"


class VisitNotFound(NotFound):
    """There was no such support visit."""

    code = "support_visit_not_found"


class NotInAVisit(Forbidden):
    """Only the person may do this, and nobody who visits for support."""

    code = "not_in_a_visit"
