"""Second factors and passkeys, put together."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from dependency_injector import containers, providers

from adapters.postgres.identity.factor_queries import PostgresFactorQueries
from adapters.postgres.identity.passkeys import PostgresFactorTransaction
from adapters.tokens.outcome_vault import OutcomeVault
from adapters.totp.app_codes import TotpAppCodes
from application.identity.confirm_second_factor import ConfirmSecondFactor
from application.identity.disable_second_factor import DisableSecondFactor
from application.identity.enable_second_factor import EnableSecondFactor
from application.identity.factor_ports import SignInChallenges
from application.identity.forget_challenges import ForgetChallenges
from application.identity.log_in_with_passkey import LogInWithPasskey
from application.identity.prepare_passkey import PreparePasskey
from application.identity.prepare_passkey_log_in import PreparePasskeyLogIn
from application.identity.register_passkey import RegisterPasskey
from application.identity.remove_passkey import RemovePasskey
from application.identity.rename_passkey import RenamePasskey
from application.identity.renew_recovery_codes import RenewRecoveryCodes
from application.identity.reset_second_factor import ResetSecondFactor
from application.identity.verify_second_factor import (
    VerifySecondFactor,
    VerifySecondFactorCommand,
)
from application.shared.actor import Actor
from application.shared.in_turn import Turns, in_turn
from application.shared.retrying import retrying
from domain.identity.errors import ChallengeOver
from domain.shared.ids import UserId

P = ParamSpec("P")
R = TypeVar("R")


def _by_person(
    call: Callable[Concatenate[Actor, P], Awaitable[R]], turns: Turns
) -> Callable[Concatenate[Actor, P], Awaitable[R]]:
    """One person's codes are looked at one after another, and wait here instead of at the row."""
    return in_turn(retrying(call), turns, lambda actor: actor.user_id)


def _by_challenge(
    call: Callable[Concatenate[VerifySecondFactorCommand, P], Awaitable[R]],
    turns: Turns,
    challenges: SignInChallenges,
) -> Callable[Concatenate[VerifySecondFactorCommand, P], Awaitable[R]]:
    """The same, for somebody who is half signed in."""

    def person_of(command: VerifySecondFactorCommand) -> UserId | None:
        try:
            return challenges.open(command.challenge_token).user_id
        except ChallengeOver:  # It is refused without a look at any row.
            return None

    return in_turn(retrying(call), turns, person_of)


class SecondFactors(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    identity = providers.DependenciesContainer()
    login_providers = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresFactorTransaction)
    _vault = providers.Singleton(OutcomeVault, core.keyring, "second-factor-seed")
    _app_codes = providers.Singleton(TotpAppCodes, _vault)
    factor_queries = providers.Singleton(PostgresFactorQueries, core.database)

    enable_second_factor = providers.Factory(
        EnableSecondFactor,
        begin=begin,
        reauthenticate=identity.reauthenticate,
        app_codes=_app_codes,
    )
    _turns = providers.Singleton(Turns)
    confirm_second_factor = providers.Factory(
        _by_person,
        providers.Factory(ConfirmSecondFactor, begin=begin, app_codes=_app_codes, ids=core.ids),
        _turns,
    )
    verify_second_factor = providers.Factory(
        _by_challenge,
        providers.Factory(
            VerifySecondFactor,
            begin=begin,
            challenges=identity.sign_in_challenges,
            app_codes=_app_codes,
            ceremonies=identity.passkey_ceremonies,
            open_session=identity.open_session,
        ),
        _turns,
        identity.sign_in_challenges,
    )
    disable_second_factor = providers.Factory(
        _by_person,
        providers.Factory(DisableSecondFactor, begin=begin, app_codes=_app_codes, ids=core.ids),
        _turns,
    )
    renew_recovery_codes = providers.Factory(
        RenewRecoveryCodes, begin=begin, reauthenticate=identity.reauthenticate, ids=core.ids
    )
    reset_second_factor = providers.Factory(ResetSecondFactor, begin=begin, ids=core.ids)

    prepare_passkey = providers.Factory(
        PreparePasskey,
        begin=begin,
        reauthenticate=identity.reauthenticate,
        challenges=identity.sign_in_challenges,
        ceremonies=identity.passkey_ceremonies,
        ids=core.ids,
    )
    register_passkey = providers.Factory(
        RegisterPasskey,
        begin=begin,
        challenges=identity.sign_in_challenges,
        ceremonies=identity.passkey_ceremonies,
        ids=core.ids,
    )
    rename_passkey = providers.Factory(RenamePasskey, begin=begin)
    remove_passkey = providers.Factory(
        RemovePasskey,
        begin=begin,
        reauthenticate=identity.reauthenticate,
        ids=core.ids,
        providers=login_providers.login_provider_queries,
    )
    prepare_passkey_log_in = providers.Factory(
        PreparePasskeyLogIn,
        challenges=identity.sign_in_challenges,
        ceremonies=identity.passkey_ceremonies,
        ids=core.ids,
        clock=core.clock,
    )
    log_in_with_passkey = providers.Factory(
        LogInWithPasskey,
        begin=begin,
        challenges=identity.sign_in_challenges,
        ceremonies=identity.passkey_ceremonies,
        open_session=identity.open_session,
    )
    forget_challenges = providers.Factory(ForgetChallenges, begin=begin)
