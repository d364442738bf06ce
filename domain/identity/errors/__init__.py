"""What identity refuses, and why."""

from domain.identity.errors.accounts import (
    AccountDisabled as AccountDisabled,
)
from domain.identity.errors.accounts import (
    EmailTaken as EmailTaken,
)
from domain.identity.errors.accounts import (
    EmailUnverified as EmailUnverified,
)
from domain.identity.errors.accounts import (
    HashingBusy as HashingBusy,
)
from domain.identity.errors.accounts import (
    InvalidAccountToken as InvalidAccountToken,
)
from domain.identity.errors.accounts import (
    InvalidAvatar as InvalidAvatar,
)
from domain.identity.errors.accounts import (
    InvalidCredentials as InvalidCredentials,
)
from domain.identity.errors.accounts import (
    InvalidLocale as InvalidLocale,
)
from domain.identity.errors.accounts import (
    InvalidPassword as InvalidPassword,
)
from domain.identity.errors.accounts import (
    InvalidRefreshToken as InvalidRefreshToken,
)
from domain.identity.errors.accounts import (
    InvalidToken as InvalidToken,
)
from domain.identity.errors.accounts import (
    KnownPassword as KnownPassword,
)
from domain.identity.errors.accounts import (
    LastPlatformAdmin as LastPlatformAdmin,
)
from domain.identity.errors.accounts import (
    PersonalPassword as PersonalPassword,
)
from domain.identity.errors.accounts import (
    PuzzleRequired as PuzzleRequired,
)
from domain.identity.errors.accounts import (
    RefreshTokenReused as RefreshTokenReused,
)
from domain.identity.errors.accounts import (
    SessionNotFound as SessionNotFound,
)
from domain.identity.errors.accounts import (
    TokenExpired as TokenExpired,
)
from domain.identity.errors.accounts import (
    TooManyGuesses as TooManyGuesses,
)
from domain.identity.errors.accounts import (
    UserNotFound as UserNotFound,
)
from domain.identity.errors.accounts import (
    WrongPassword as WrongPassword,
)
from domain.identity.errors.organizations import (
    AlreadyInvited as AlreadyInvited,
)
from domain.identity.errors.organizations import (
    AlreadyMember as AlreadyMember,
)
from domain.identity.errors.organizations import (
    ContradictorySettings as ContradictorySettings,
)
from domain.identity.errors.organizations import (
    CustomDomainNotFound as CustomDomainNotFound,
)
from domain.identity.errors.organizations import (
    DomainNotVerified as DomainNotVerified,
)
from domain.identity.errors.organizations import (
    DomainTaken as DomainTaken,
)
from domain.identity.errors.organizations import (
    InvalidColor as InvalidColor,
)
from domain.identity.errors.organizations import (
    InvalidDomain as InvalidDomain,
)
from domain.identity.errors.organizations import (
    InvalidEventLimit as InvalidEventLimit,
)
from domain.identity.errors.organizations import (
    InvalidPayoutAccount as InvalidPayoutAccount,
)
from domain.identity.errors.organizations import (
    InvalidRevenueShares as InvalidRevenueShares,
)
from domain.identity.errors.organizations import (
    InvalidServiceFee as InvalidServiceFee,
)
from domain.identity.errors.organizations import (
    InvalidWebAddress as InvalidWebAddress,
)
from domain.identity.errors.organizations import (
    InvitationClosed as InvitationClosed,
)
from domain.identity.errors.organizations import (
    InvitationExpired as InvitationExpired,
)
from domain.identity.errors.organizations import (
    InvitationNotFound as InvitationNotFound,
)
from domain.identity.errors.organizations import (
    InviteByEmail as InviteByEmail,
)
from domain.identity.errors.organizations import (
    LastOwner as LastOwner,
)
from domain.identity.errors.organizations import (
    MemberNotFound as MemberNotFound,
)
from domain.identity.errors.organizations import (
    MemberNotNamed as MemberNotNamed,
)
from domain.identity.errors.organizations import (
    NothingToChange as NothingToChange,
)
from domain.identity.errors.organizations import (
    OrganizationHasSales as OrganizationHasSales,
)
from domain.identity.errors.organizations import (
    OrganizationNotFound as OrganizationNotFound,
)
from domain.identity.errors.organizations import (
    OrganizationStatusConflict as OrganizationStatusConflict,
)
from domain.identity.errors.organizations import (
    OwnersOnly as OwnersOnly,
)
from domain.identity.errors.organizations import (
    PayoutAccountNotFound as PayoutAccountNotFound,
)
from domain.identity.errors.organizations import (
    PlatformAdminsOnly as PlatformAdminsOnly,
)
from domain.identity.errors.organizations import (
    SlugTaken as SlugTaken,
)
from domain.identity.errors.organizations import (
    TooManyInvitations as TooManyInvitations,
)
from domain.identity.errors.organizations import (
    TooManyOrganizations as TooManyOrganizations,
)
from domain.identity.errors.visits import (
    InvalidVisitLength as InvalidVisitLength,
)
from domain.identity.errors.visits import (
    NotInAVisit as NotInAVisit,
)
from domain.identity.errors.visits import (
    NotVisited as NotVisited,
)
from domain.identity.errors.visits import (
    VisitNotFound as VisitNotFound,
)
from domain.identity.errors.ways_in import (
    ChallengeOver as ChallengeOver,
)
from domain.identity.errors.ways_in import (
    EnrolmentOver as EnrolmentOver,
)
from domain.identity.errors.ways_in import (
    FreshSignInNeeded as FreshSignInNeeded,
)
from domain.identity.errors.ways_in import (
    IdentityNotFound as IdentityNotFound,
)
from domain.identity.errors.ways_in import (
    IdentityTaken as IdentityTaken,
)
from domain.identity.errors.ways_in import (
    InvalidPasskey as InvalidPasskey,
)
from domain.identity.errors.ways_in import (
    InvalidSecondFactor as InvalidSecondFactor,
)
from domain.identity.errors.ways_in import (
    LastWayIn as LastWayIn,
)
from domain.identity.errors.ways_in import (
    LoginFlowEnded as LoginFlowEnded,
)
from domain.identity.errors.ways_in import (
    LoginProviderDown as LoginProviderDown,
)
from domain.identity.errors.ways_in import (
    LoginProviderNotFound as LoginProviderNotFound,
)
from domain.identity.errors.ways_in import (
    PasskeyKnown as PasskeyKnown,
)
from domain.identity.errors.ways_in import (
    PasskeyNotFound as PasskeyNotFound,
)
from domain.identity.errors.ways_in import (
    PasskeySuspected as PasskeySuspected,
)
from domain.identity.errors.ways_in import (
    PasskeyUnusable as PasskeyUnusable,
)
from domain.identity.errors.ways_in import (
    ProviderEmailUnverified as ProviderEmailUnverified,
)
from domain.identity.errors.ways_in import (
    ProviderNotBelieved as ProviderNotBelieved,
)
from domain.identity.errors.ways_in import (
    ProviderRefused as ProviderRefused,
)
from domain.identity.errors.ways_in import (
    RedirectNotAllowed as RedirectNotAllowed,
)
from domain.identity.errors.ways_in import (
    SecondFactorLocked as SecondFactorLocked,
)
from domain.identity.errors.ways_in import (
    SecondFactorNotNamed as SecondFactorNotNamed,
)
from domain.identity.errors.ways_in import (
    SecondFactorOff as SecondFactorOff,
)
from domain.identity.errors.ways_in import (
    SecondFactorOn as SecondFactorOn,
)
from domain.identity.errors.ways_in import (
    SecondFactorUnreadable as SecondFactorUnreadable,
)
from domain.identity.errors.ways_in import (
    SignInToLink as SignInToLink,
)
from domain.identity.errors.ways_in import (
    TooManyCodes as TooManyCodes,
)
from domain.identity.errors.ways_in import (
    TooManyPasskeys as TooManyPasskeys,
)
