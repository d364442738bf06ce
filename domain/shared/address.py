"""Where something is."""

from dataclasses import dataclass

from domain.shared.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; `country` is an ISO 3166 alpha-2 code or a name, as the organiser writes
    it.
    """

    line1: str
    city: str
    country: str
    line2: str | None = None
    state: str | None = None
    postal_code: str | None = None

    def __post_init__(self) -> None:
        for field, longest in (("line1", 200), ("city", 100), ("country", 100)):
            clean(getattr(self, field), field=f"address.{field}", longest=longest)
        optional = (("line2", self.line2), ("state", self.state), ("postalCode", self.postal_code))
        for field, value in optional:
            if value is not None:
                clean(value, field=f"address.{field}", longest=200, shortest=0)
