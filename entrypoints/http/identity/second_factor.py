"""The doors to the second factor."""

import base64

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from adapters.qr.pictures import QrPictures
from application.identity.confirm_second_factor import ConfirmSecondFactor
from application.identity.disable_second_factor import (
    DisableSecondFactor,
    DisableSecondFactorCommand,
)
from application.identity.enable_second_factor import (
    EnableSecondFactor,
    EnableSecondFactorCommand,
)
from application.identity.factor_ports import SignedPasskey
from application.identity.queries import FactorQueries, UserQueries
from application.identity.renew_recovery_codes import (
    RenewRecoveryCodes,
    RenewRecoveryCodesCommand,
)
from application.identity.verify_second_factor import (
    VerifySecondFactor,
    VerifySecondFactorCommand,
)
from application.identity.views import SecondFactorView
from application.shared.actor import Actor, authorize_person
from application.shared.messages import Command, View
from domain.identity.errors import SecondFactorNotNamed
from domain.shared.errors import Unauthenticated
from entrypoints.http.given import Given
from entrypoints.http.identity.signed_in import (
    NO_STORE,
    AnyRequest,
    SessionView,
    client_of,
    session_view,
)


class NewAppView(View):
    """For the authenticator app, in three spellings; it is on after `/auth/2fa/verify`."""

    secret: str
    """To be typed."""
    otpauth_url: str
    qr_code: str
    """The address as a QR symbol: an SVG picture as a `data:` URL."""


class RecoveryCodesView(View):
    recovery_codes: list[str]
    """Each signs in once in place of a code; they are not shown again."""


class VerifyFields(Command):
    """A challenge and one answer to it; or the first code of a new app alone."""

    challenge_token: str | None = None
    code: str | None = None
    recovery_code: str | None = None
    passkey: SignedPasskey | None = None


class SecondFactorController(Controller):
    path = "/auth/2fa"
    tags = ("Accounts",)

    @get("/", operation_id="get_second_factor", summary="Show your second factor")
    async def get_second_factor(
        self, person: Given[Actor], factor_queries: Given[FactorQueries]
    ) -> SecondFactorView:
        return await factor_queries.get_second_factor(person.as_person())

    @post(
        "/enable",
        status_code=200,
        operation_id="enable_second_factor",
        summary="Set up an authenticator app",
    )
    async def enable_second_factor(
        self,
        person: Given[Actor],
        enable_second_factor: Given[EnableSecondFactor],
        qr_pictures: Given[QrPictures],
        data: JSONBody[EnableSecondFactorCommand | None] = None,
    ) -> Response[NewAppView]:
        """Within 10 minutes of signing in, or with the password."""
        seed = await enable_second_factor(person, data or EnableSecondFactorCommand())
        picture = base64.b64encode(qr_pictures.svg(seed.address)).decode()
        view = NewAppView(
            secret=seed.secret,
            otpauth_url=seed.address,
            qr_code=f"data:image/svg+xml;base64,{picture}",
        )
        return Response(view, headers=NO_STORE)

    @post(
        "/verify",
        status_code=200,
        operation_id="verify_second_factor",
        summary="Take the second step of signing in, or turn a new app on",
        opt={"refuses": [403]},
    )
    async def verify_second_factor(
        self,
        request: AnyRequest,
        data: JSONBody[VerifyFields],
        visitor: Given[Actor | None],
        verify_second_factor: Given[VerifySecondFactor],
        confirm_second_factor: Given[ConfirmSecondFactor],
        user_queries: Given[UserQueries],
    ) -> Response[SessionView | RecoveryCodesView]:
        """With a challenge it answers the session; without one, to who is signed in and shows the
        first code of a new app, the recovery codes.
        """
        view: SessionView | RecoveryCodesView
        if data.challenge_token is not None:
            command = VerifySecondFactorCommand(
                challenge_token=data.challenge_token,
                code=data.code,
                recovery_code=data.recovery_code,
                passkey=data.passkey,
            )
            signed_in = await verify_second_factor(command, client_of(request))
            view = await session_view(signed_in, user_queries)
        elif visitor is None:
            raise Unauthenticated("Send the challengeToken of your sign-in, or an access token.")
        elif data.code is None or data.recovery_code is not None or data.passkey is not None:
            raise SecondFactorNotNamed("A new app is turned on with a code of it, and that alone.")
        else:
            authorize_person(visitor)
            codes = await confirm_second_factor(visitor, data.code)
            view = RecoveryCodesView(recovery_codes=list(codes))
        return Response(view, headers=NO_STORE)

    @post(
        "/disable",
        status_code=204,
        operation_id="disable_second_factor",
        summary="Give up the authenticator app",
    )
    async def disable_second_factor(
        self,
        person: Given[Actor],
        data: JSONBody[DisableSecondFactorCommand],
        disable_second_factor: Given[DisableSecondFactor],
    ) -> None:
        """For one of its codes or a recovery code. Passkeys stay, and are asked for."""
        await disable_second_factor(person, data)

    @post(
        "/recovery-codes",
        status_code=200,
        operation_id="renew_recovery_codes",
        summary="Take new recovery codes; the old ones die",
    )
    async def renew_recovery_codes(
        self,
        person: Given[Actor],
        renew_recovery_codes: Given[RenewRecoveryCodes],
        data: JSONBody[RenewRecoveryCodesCommand | None] = None,
    ) -> Response[RecoveryCodesView]:
        """Within 10 minutes of signing in, or with the password."""
        codes = await renew_recovery_codes(person, data or RenewRecoveryCodesCommand())
        return Response(RecoveryCodesView(recovery_codes=list(codes)), headers=NO_STORE)
