"""How seeding refuses."""

from domain.shared.errors import Forbidden


class ProductionRefused(Forbidden):
    """The demo world has known passwords, so it is not made in production."""

    code = "seeding_production_refused"
