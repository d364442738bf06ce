"""What identity refuses, and why."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


class InvalidPassword(Invalid):
    """A password has 8 to 256 characters and no NUL."""

    code = "invalid_password"
    field = "password"


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


class FreshSignInNeeded(Forbidden):
    """Give your present password, or sign in again first."""

    code = "fresh_sign_in_needed"


class TooManyGuesses(TooManyRequests):
    """This was tried too often; wait a while, or set a new password by mail."""

    code = "too_many_guesses"


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


class OrganizationNotFound(NotFound):
    """There is no such organisation, or it is not yours to see."""

    code = "organization_not_found"


class SlugTaken(StaleVersion):
    """Another organisation took this short name a moment ago; try again."""

    code = "slug_taken"


class InvalidServiceFee(Invalid):
    """A service fee is 0 to 100 percent with two decimal places and a sum of zero or more."""

    code = "invalid_service_fee"
    field = "settings"


class MemberNotNamed(Invalid):
    """Name the new member by userId or by email, and not by both."""

    code = "member_not_named"


class AlreadyMember(Conflict):
    """This person is a member of the organisation already."""

    code = "already_member"


class MemberNotFound(NotFound):
    """This person is not a member of the organisation."""

    code = "member_not_found"


class LastOwner(Conflict):
    """An organisation keeps at least one owner."""

    code = "last_owner"


class OwnersOnly(Forbidden):
    """Only an owner makes or removes owners."""

    code = "owners_only"


class LoginProviderNotFound(NotFound):
    """There is no login provider of this name; GET /auth/providers lists them."""

    code = "login_provider_not_found"


class LoginProviderDown(Unavailable):
    """The login provider cannot be reached, or makes no sense; try again shortly."""

    code = "login_provider_down"


class RedirectNotAllowed(Invalid):
    """This address is not on the list of those to which people are sent back."""

    code = "redirect_not_allowed"
    field = "redirectUri"


class LoginFlowEnded(NotFound):
    """This sign-in was not begun here, took too long or is over; begin again."""

    code = "login_flow_ended"


class ProviderRefused(Unauthenticated):
    """The provider does not confirm this sign-in; begin again."""

    code = "provider_refused"


class ProviderNotBelieved(Unauthenticated):
    """What the provider says about this sign-in cannot be believed; begin again."""

    code = "provider_not_believed"


class ProviderEmailUnverified(Forbidden):
    """The provider does not vouch for an e-mail address: sign in another way, then link it."""

    code = "provider_email_unverified"


class SignInToLink(Conflict):
    """There is an account with this e-mail address: sign in to it, then link this one."""

    code = "sign_in_to_link"


class IdentityTaken(Conflict):
    """This account of the provider is linked to an account already."""

    code = "identity_taken"


class IdentityNotFound(NotFound):
    """You have not linked such an account."""

    code = "identity_not_found"


class LastWayIn(Conflict):
    """This is the only way into the account: set a password or link another one first."""

    code = "last_way_in"
