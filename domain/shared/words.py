"""Enumerations as they are spoken on the wire: lower_snake out, any case in."""

from enum import StrEnum


class Word(StrEnum):
    """A closed set of words; `ON_SALE`, `On_Sale` and `on_sale` are one."""

    @classmethod
    def _missing_(cls, value: object) -> "Word | None":
        if isinstance(value, str):
            return cls._value2member_map_.get(value.lower())  # type: ignore[return-value]  # Ours.
        return None
