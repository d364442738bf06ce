"""What second factors, passkeys and login providers refuse."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


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


class FreshSignInNeeded(Forbidden):
    """Sign in again first, or send your password: this concerns how you sign in."""

    code = "fresh_sign_in_needed"


class SecondFactorOn(Conflict):
    """An authenticator app is set up already; disable it before you set up another."""

    code = "second_factor_on"


class SecondFactorOff(Conflict):
    """There is no second factor to speak of."""

    code = "second_factor_off"


class EnrolmentOver(Conflict):
    """No authenticator app is being set up, or it took too long; enable it again."""

    code = "enrolment_over"


class SecondFactorNotNamed(Invalid):
    """Send one of code, recoveryCode and passkey."""

    code = "second_factor_not_named"


class InvalidSecondFactor(Unauthenticated):
    """The code is wrong, too old or was used before; wait for the next one your app shows."""

    code = "invalid_second_factor"


class TooManyCodes(TooManyRequests):
    """There were too many wrong codes; wait before you try again."""

    code = "too_many_codes"


class SecondFactorLocked(Forbidden):
    """Too many wrong codes in a row; use a recovery code or a passkey, or ask support."""

    code = "second_factor_locked"


class SecondFactorUnreadable(Unavailable):
    """Codes of your app cannot be checked; use a recovery code or a passkey."""

    code = "second_factor_unreadable"


class ChallengeOver(Unauthenticated):
    """This was not begun here, is done, or took too long; begin again."""

    code = "challenge_over"


class PasskeyUnusable(Invalid):
    """This is not a new passkey for this site and this request, made by its verified owner."""

    code = "passkey_unusable"
    field = "credential"


class InvalidPasskey(Unauthenticated):
    """The passkey is unknown, or its answer is not one to this request."""

    code = "invalid_passkey"


class PasskeySuspected(Unauthenticated):
    """There seems to be a copy of this passkey; sign in otherwise, remove it and register anew."""

    code = "passkey_suspected"


class PasskeyKnown(Conflict):
    """This passkey is registered already."""

    code = "passkey_known"


class TooManyPasskeys(Conflict):
    """There are as many passkeys as an account may have; remove one first."""

    code = "too_many_passkeys"


class PasskeyNotFound(NotFound):
    """You have no such passkey."""

    code = "passkey_not_found"


class LastWayIn(Conflict):
    """This is the only way into the account: set a password or link another one first."""

    code = "last_way_in"
