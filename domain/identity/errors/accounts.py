"""What accounts, sessions and tokens refuse."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
)


class InvalidPassword(Invalid):
    """A password has 8 to 256 characters and no NUL."""

    code = "invalid_password"
    field = "password"


class EmailTaken(Conflict):
    """There is an account with this e-mail address already."""

    code = "email_taken"


class InvalidCredentials(Unauthenticated):
    """The e-mail address or the password is wrong."""

    code = "invalid_credentials"


class AccountDisabled(Forbidden):
    """This account has been disabled."""

    code = "account_disabled"


class InvalidToken(Unauthenticated):
    """The access token is not one of ours."""

    code = "invalid_token"


class TokenExpired(Unauthenticated):
    """The access token has expired; refresh it."""

    code = "token_expired"


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, ended or expired; sign in again."""

    code = "invalid_refresh_token"


class RefreshTokenReused(Unauthenticated):
    """The refresh token was used before, so its session has been ended; sign in again."""

    code = "refresh_token_reused"


class SessionNotFound(NotFound):
    """There is no such session of yours."""

    code = "session_not_found"


class UserNotFound(NotFound):
    """There is no such user."""

    code = "user_not_found"
