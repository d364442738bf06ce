"""The doors to passkeys, and the reset of second factors by support."""

from typing import Any

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from application.identity.log_in_with_passkey import LogInWithPasskey, LogInWithPasskeyCommand
from application.identity.prepare_passkey import PreparePasskey, PreparePasskeyCommand
from application.identity.prepare_passkey_log_in import PreparePasskeyLogIn
from application.identity.queries import FactorQueries, UserQueries
from application.identity.register_passkey import RegisterPasskey, RegisterPasskeyCommand
from application.identity.remove_passkey import RemovePasskey
from application.identity.rename_passkey import RenamePasskey, RenamePasskeyCommand
from application.identity.reset_second_factor import ResetSecondFactor
from application.identity.views import PasskeyView
from application.shared.actor import Actor
from application.shared.messages import View
from domain.shared.ids import PasskeyId, UserId
from entrypoints.http.given import Given
from entrypoints.http.identity.signed_in import (
    NO_STORE,
    AnyRequest,
    SessionView,
    client_of,
    session_answer,
)


class PasskeyOptionsView(View):
    public_key: dict[str, Any]
    """As JSON: `PublicKeyCredential.parseCreationOptionsFromJSON`, or `...RequestOptions...`."""


class NewPasskeyView(PasskeyView):
    recovery_codes: list[str]
    """If it is the account's first second factor: each signs in once; they are not shown again."""


class PasskeysView(View):
    items: list[PasskeyView]


class PasskeyController(Controller):
    path = "/auth/passkeys"
    tags = ("Accounts",)

    @get("/", operation_id="list_passkeys", summary="List your passkeys")
    async def list_passkeys(
        self, person: Given[Actor], factor_queries: Given[FactorQueries]
    ) -> PasskeysView:
        return PasskeysView(items=await factor_queries.list_passkeys(person.as_person()))

    @post(
        "/options",
        status_code=200,
        operation_id="prepare_passkey",
        summary="Ask for what makes a passkey",
        opt={"refuses": [429]},
    )
    async def prepare_passkey(
        self,
        person: Given[Actor],
        prepare_passkey: Given[PreparePasskey],
        data: JSONBody[PreparePasskeyCommand | None] = None,
    ) -> Response[PasskeyOptionsView]:
        """Within 10 minutes of signing in, or with the password."""
        options = await prepare_passkey(person, data or PreparePasskeyCommand())
        return Response(PasskeyOptionsView(public_key=options), headers=NO_STORE)

    @post("/", operation_id="register_passkey", summary="Register the passkey that was made")
    async def register_passkey(
        self,
        person: Given[Actor],
        data: JSONBody[RegisterPasskeyCommand],
        register_passkey: Given[RegisterPasskey],
        factor_queries: Given[FactorQueries],
    ) -> Response[NewPasskeyView]:
        made = await register_passkey(person, data)
        passkey = await factor_queries.get_passkey(person.as_person(), made.passkey_id)
        view = NewPasskeyView(
            id=passkey.id,
            name=passkey.name,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
            suspected_at=passkey.suspected_at,
            recovery_codes=list(made.recovery_codes),
        )
        return Response(view, headers=NO_STORE)

    @patch("/{passkey_id:uuid}", operation_id="rename_passkey", summary="Rename a passkey")
    async def rename_passkey(
        self,
        passkey_id: FromPath[PasskeyId],
        person: Given[Actor],
        data: JSONBody[RenamePasskeyCommand],
        rename_passkey: Given[RenamePasskey],
        factor_queries: Given[FactorQueries],
    ) -> PasskeyView:
        await rename_passkey(person, passkey_id, data)
        return await factor_queries.get_passkey(person.as_person(), passkey_id)

    @delete(
        "/{passkey_id:uuid}",
        status_code=204,
        operation_id="remove_passkey",
        summary="Remove a passkey",
    )
    async def remove_passkey(
        self,
        passkey_id: FromPath[PasskeyId],
        person: Given[Actor],
        remove_passkey: Given[RemovePasskey],
    ) -> None:
        """Within 10 minutes of signing in."""
        await remove_passkey(person, passkey_id)

    @post(
        "/login/options",
        status_code=200,
        operation_id="prepare_passkey_log_in",
        summary="Ask for what a passkey signs to log in",
    )
    async def prepare_passkey_log_in(
        self, prepare_passkey_log_in: Given[PreparePasskeyLogIn]
    ) -> Response[PasskeyOptionsView]:
        options = await prepare_passkey_log_in()
        return Response(PasskeyOptionsView(public_key=options), headers=NO_STORE)

    @post(
        "/login",
        status_code=200,
        operation_id="log_in_with_passkey",
        summary="Begin a session with a passkey alone",
        opt={"refuses": [403]},  # A disabled account.
    )
    async def log_in_with_passkey(
        self,
        request: AnyRequest,
        data: JSONBody[LogInWithPasskeyCommand],
        log_in_with_passkey: Given[LogInWithPasskey],
        user_queries: Given[UserQueries],
    ) -> Response[SessionView]:
        """No second step follows: the device has verified its owner."""
        signed_in = await log_in_with_passkey(data, client_of(request))
        return await session_answer(signed_in, user_queries)


@delete(
    "/users/{user_id:uuid}/2fa",
    status_code=204,
    operation_id="reset_second_factor",
    summary="Let somebody in again who lost every second factor",
    tags=["Accounts"],
)
async def reset_second_factor(
    user_id: FromPath[UserId],
    actor: Given[Actor],
    reset_second_factor: Given[ResetSecondFactor],
) -> None:
    """For the platform's administrators; passkeys and recovery codes go as well."""
    await reset_second_factor(actor, user_id)
