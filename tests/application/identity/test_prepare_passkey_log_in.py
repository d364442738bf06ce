from application.identity.prepare_passkey_log_in import PreparePasskeyLogIn
from domain.identity.challenge import Purpose
from tests.application.identity.factors import TwoSteps
from tests.authenticator import bytes_of


async def test_anybody_may_ask_and_nothing_is_written_down(two_steps: TwoSteps) -> None:
    prepare = PreparePasskeyLogIn(
        two_steps.challenges, two_steps.ceremonies, two_steps.ids, two_steps.clock
    )

    options = await prepare()

    challenge = two_steps.challenges.open(bytes_of(options["challenge"]).decode())
    challenge.require(Purpose.PASSKEY_LOG_IN, None, at=two_steps.clock())
    assert options["rpId"] == "localhost"
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert len(two_steps.memory.table("spent_challenges")) == 0
