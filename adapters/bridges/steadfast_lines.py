"""The lines of waiting rooms, whatever happens to the memory that all processes share."""

from dataclasses import replace

from application.sales.waiting_room_access import WaitingLines
from domain.sales.waiting_room import Attendance, Terms, Turn, Visitor
from domain.shared.errors import Unavailable


class SteadfastLines:
    """While the shared lines are down each process keeps its own, at the full rate.

    Visitors' names know their places, so the order holds within each of them, and again in the
    shared lines when they are back. Stock is no concern of a waiting room.
    """

    def __init__(self, shared: WaitingLines, own: WaitingLines) -> None:
        self._shared = shared
        self._own = own

    async def visit(self, terms: Terms, visitor: Visitor) -> Turn:
        try:
            return await self._shared.visit(terms, visitor)
        except Unavailable:
            return await self._own.visit(terms, visitor)

    async def attendance(self, terms: Terms) -> Attendance:
        try:
            return await self._shared.attendance(terms)
        except Unavailable:
            return replace(await self._own.attendance(terms), is_partial=True)
