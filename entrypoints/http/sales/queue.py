"""The doors to waiting rooms: the organiser's switch, and the queue that visitors stand in."""

from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath, HeaderParameter, JSONBody

from application.sales.enter_queue import EnterQueue
from application.sales.poll_queue import PollQueue, QueueView
from application.sales.show_waiting_room import ShowWaitingRoom, WaitingRoomView
from application.sales.update_waiting_room import UpdateWaitingRoom, UpdateWaitingRoomCommand
from application.shared.actor import Actor
from domain.shared.ids import EventId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given

VisitorName = Annotated[
    str | None,
    HeaderParameter(
        name="X-Visitor", description="The name that entering the queue gave.", max_length=200
    ),
]
RETRY_AFTER = ResponseHeader(
    name="Retry-After",
    documentation_only=True,
    description="The seconds of `retryAfter`: when to ask again.",
)


class WaitingRoomController(Controller):
    path = "/events/{event_id:uuid}"
    tags = ("Waiting room",)

    @put(
        "/waiting-room",
        operation_id="update_waiting_room",
        summary="Switch an event's waiting room on or off",
    )
    async def update_waiting_room(
        self,
        event_id: FromPath[EventId],
        data: JSONBody[UpdateWaitingRoomCommand],
        actor: Given[Actor],
        update_waiting_room: Given[UpdateWaitingRoom],
        show_waiting_room: Given[ShowWaitingRoom],
    ) -> WaitingRoomView:
        """While it is on, whoever orders sends an admission pass. Holds for the very next order."""
        await update_waiting_room(actor, event_id, data)
        return await show_waiting_room(actor.shown(Permission.EVENTS_VIEW), event_id)

    @get(
        "/waiting-room",
        operation_id="show_waiting_room",
        summary="Show an event's waiting room to its organiser",
    )
    async def show_waiting_room(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        show_waiting_room: Given[ShowWaitingRoom],
    ) -> WaitingRoomView:
        return await show_waiting_room(actor, event_id)

    @post(
        "/queue",
        operation_id="enter_queue",
        summary="Enter an event's waiting room",
        status_code=200,
        response_headers=[RETRY_AFTER],
    )
    async def enter_queue(
        self,
        event_id: FromPath[EventId],
        buyer: Given[Actor | None],
        enter_queue: Given[EnterQueue],
        visitor_name: VisitorName = None,
    ) -> Response[QueueView]:
        """Gives you a name: keep it, and send it as `X-Visitor`. Before the opening everybody takes
        part in a draw, later arrivals stand behind. Entering again under a name keeps the place.
        """
        return _answer(await enter_queue(buyer, event_id, visitor_name))

    @get(
        "/queue",
        operation_id="poll_queue",
        summary="Ask whether it is your turn",
        response_headers=[RETRY_AFTER],
        opt={"refuses": [422]},
    )
    async def poll_queue(
        self,
        event_id: FromPath[EventId],
        buyer: Given[Actor | None],
        poll_queue: Given[PollQueue],
        visitor_name: VisitorName = None,
    ) -> Response[QueueView]:
        """`waiting`: ask again after `retryAfter` seconds; whoever stays away for more than 90 s is
        passed over, and for more than 15 minutes comes back last. `admitted`: order, and send
        `X-Admission-Pass` and `X-Visitor`. `open`: order, no pass is needed.
        """
        return _answer(await poll_queue(buyer, event_id, visitor_name))


def _answer(view: QueueView) -> Response[QueueView]:
    # It may hold a pass, which is for nobody else.
    headers = {"Retry-After": str(view.retry_after), "Cache-Control": "no-store"}
    return Response(view, headers=headers)
