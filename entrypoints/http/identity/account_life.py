"""The doors that mails open, and those through which mails are asked for."""

from litestar import Controller, Response, post
from litestar.params import JSONBody

from application.identity.forgot_password import ForgotPassword, ForgotPasswordCommand
from application.identity.resend_verification import ResendVerification
from application.identity.reset_password import ResetPassword, ResetPasswordCommand
from application.identity.verify_email import VerifyEmail, VerifyEmailCommand
from application.shared.actor import Actor
from entrypoints.http.given import Given
from entrypoints.http.identity.auth import MailSentView, mail_sent
from entrypoints.http.identity.signed_in import AnyRequest, client_of


class AccountLifeController(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/verify-email",
        status_code=204,
        operation_id="verify_email",
        summary="Prove an e-mail address",
    )
    async def verify_email(
        self, data: JSONBody[VerifyEmailCommand], verify_email: Given[VerifyEmail]
    ) -> None:
        """With the token of a mail: of a new account, or of a new address. It works once."""
        await verify_email(data)

    @post(
        "/verify-email/resend",
        status_code=202,
        operation_id="resend_verification",
        summary="Send the verification mail again",
        opt={"refuses": [403]},
    )
    async def resend_verification(
        self, person: Given[Actor], resend_verification: Given[ResendVerification]
    ) -> Response[MailSentView]:
        """At most three an hour; a verified address gets none."""
        await resend_verification(person)
        return mail_sent()

    @post(
        "/forgot-password",
        status_code=202,
        operation_id="forgot_password",
        summary="Ask for a mail with which to set a new password",
        opt={"refuses": [429]},
    )
    async def forgot_password(
        self,
        request: AnyRequest,
        data: JSONBody[ForgotPasswordCommand],
        forgot_password: Given[ForgotPassword],
    ) -> Response[MailSentView]:
        """The same answer for every address; at most three mails an hour."""
        await forgot_password(data, client_of(request))
        return mail_sent()

    @post(
        "/reset-password",
        status_code=204,
        operation_id="reset_password",
        summary="Set a new password",
        opt={"refuses": [403]},
    )
    async def reset_password(
        self,
        request: AnyRequest,
        data: JSONBody[ResetPasswordCommand],
        reset_password: Given[ResetPassword],
    ) -> None:
        """With the token of a mail, which works once and for an hour. Ends every session."""
        await reset_password(data, client_of(request))
