"""Whoever's ways in are changed is told by mail, in case it was not they who did it."""

from typing import Any

import msgspec
import pytest

from application.identity.disable_second_factor import (
    DisableSecondFactor,
    DisableSecondFactorCommand,
)
from application.identity.remove_passkey import RemovePasskey
from application.identity.renew_recovery_codes import (
    RenewRecoveryCodes,
    RenewRecoveryCodesCommand,
)
from application.identity.reset_second_factor import ResetSecondFactor
from application.shared.account_letters import AccountLetterKind
from domain.identity.errors import InvalidSecondFactor
from domain.shared.errors import DomainError
from tests.application.identity.factors import Ada, TwoSteps
from tests.application.identity.passage import Passage
from tests.application.identity.post_office import PostOffice

ADDRESS = "ada@example.com"


@pytest.fixture
def disable(two_steps: TwoSteps) -> DisableSecondFactor:
    return DisableSecondFactor(two_steps.begin, two_steps.app_codes, two_steps.ids)


async def told(post_office: PostOffice) -> list[tuple[AccountLetterKind, str | None]]:
    """What Ada was written, beside the mail that greets her."""
    letters = await post_office.letters(ADDRESS)
    return [
        (one.kind, one.about) for one in letters if one.kind is not AccountLetterKind.VERIFY_EMAIL
    ]


async def test_an_app_is_set_up_and_given_up(
    two_steps: TwoSteps, disable: DisableSecondFactor, post_office: PostOffice
) -> None:
    ada = await two_steps.joins_with_app()
    assert ada.app is not None
    renew = RenewRecoveryCodes(two_steps.begin, two_steps.reauthenticate, two_steps.ids)
    await renew(ada.actor, RenewRecoveryCodesCommand())
    with pytest.raises(InvalidSecondFactor):
        await disable(ada.actor, DisableSecondFactorCommand(code=ada.app.wrong_code()))

    await disable(ada.actor, DisableSecondFactorCommand(code=ada.app.code()))

    assert await told(post_office) == [
        (AccountLetterKind.SECOND_FACTOR_ENABLED, None),
        (AccountLetterKind.RECOVERY_CODES_RENEWED, None),
        (AccountLetterKind.SECOND_FACTOR_DISABLED, None),
    ]


async def test_passkeys_come_and_go(
    two_steps: TwoSteps, passage: Passage, post_office: PostOffice
) -> None:
    ada = await two_steps.joins()
    remove = RemovePasskey(
        two_steps.begin, two_steps.reauthenticate, two_steps.ids, passage.providers
    )

    await remove(ada.actor, (await two_steps.registers(ada, "Laptop")).passkey_id)

    assert await told(post_office) == [
        (AccountLetterKind.PASSKEY_ADDED, "Laptop"),
        (AccountLetterKind.PASSKEY_REMOVED, "Laptop"),
    ]


async def test_accounts_at_providers_are_linked_and_unlinked(
    two_steps: TwoSteps, passage: Passage, post_office: PostOffice
) -> None:
    ada = await two_steps.joins()

    await passage.unlink(ada.actor, await passage.links(ada.actor))

    assert await told(post_office) == [
        (AccountLetterKind.IDENTITY_LINKED, "corp"),
        (AccountLetterKind.IDENTITY_UNLINKED, "corp"),
    ]


async def test_support_resets_it(two_steps: TwoSteps, post_office: PostOffice) -> None:
    ada = await two_steps.joins_with_app()
    support = msgspec.structs.replace((await two_steps.joins("eve")).actor, is_platform_admin=True)

    await ResetSecondFactor(two_steps.begin, two_steps.ids)(support, ada.actor.user_id)

    assert (AccountLetterKind.SECOND_FACTOR_RESET, None) in await told(post_office)


async def test_of_what_was_refused_nobody_is_told(
    two_steps: TwoSteps, passage: Passage, post_office: PostOffice
) -> None:
    actor = await passage.society.actor(await passage.signs_in())
    [only] = await passage.linked_to(actor.user_id)
    wrong: dict[str, Any] = {"origin": "https://evil.example"}

    for refused in (passage.unlink(actor, only.id), two_steps.registers(Ada(actor), **wrong)):
        with pytest.raises(DomainError):
            await refused

    assert await told(post_office) == []
