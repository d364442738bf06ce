"""What accounts, sessions and tokens refuse."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
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


class EmailUnverified(Forbidden):
    """Verify your e-mail address first: /auth/verify-email/resend sends you another code."""

    code = "email_unverified"


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


class PersonalPassword(Invalid):
    """Your address or your name is the first thing to be tried; choose another password."""

    code = "personal_password"
    field = "password"


class KnownPassword(Invalid):
    """This password is on the lists that are tried first; choose another."""

    code = "known_password"
    field = "password"


class WrongPassword(Forbidden):
    """This is not your present password."""

    code = "wrong_password"


class TooManyGuesses(TooManyRequests):
    """This was tried too often; wait a while, or set a new password by mail."""

    code = "too_many_guesses"


class PuzzleRequired(Forbidden):
    """Many accounts are being tried just now: solve this puzzle and send it with the password."""

    code = "puzzle_required"


class HashingBusy(Unavailable):
    """Too many people sign in at this moment; try again shortly."""

    code = "sign_in_busy"


class InvalidAccountToken(Invalid):
    """This token was used, was replaced or has expired; ask for a new mail."""

    code = "invalid_account_token"
    field = "token"


class InvalidAvatar(Invalid):
    """A picture is an https:// address of at most 500 characters."""

    code = "invalid_avatar"
    field = "avatarUrl"


class InvalidLocale(Invalid):
    """A locale is a language tag such as en, de-AT or zh-Hant-TW."""

    code = "invalid_locale"
    field = "locale"


class LastPlatformAdmin(Conflict):
    """The platform keeps at least one administrator."""

    code = "last_platform_admin"
