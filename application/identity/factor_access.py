"""The one look at a code, wherever one opens something."""

from datetime import datetime

from application.identity.factor_ports import AppCodes
from domain.identity.second_factor import SecondFactor


def is_right(
    factor: SecondFactor,
    app_codes: AppCodes,
    *,
    code: str | None,
    recovery_code: str | None,
    at: datetime,
) -> bool:
    """Try the recovery code, or else the app's; the factor is to be kept and committed either way.

    Raises SecondFactorOff, SecondFactorLocked, TooManyCodes; then nothing was tried.
    """
    if recovery_code is not None:
        return factor.try_recovery(recovery_code, at=at)
    seed = factor.seed_to_check(at=at)
    is_good = factor.try_step(app_codes.step_of(factor.user_id, seed, code or "", at), at=at)
    if is_good:
        factor.seed = app_codes.resealed(factor.user_id, seed)
    return is_good
