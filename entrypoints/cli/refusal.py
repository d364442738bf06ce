"""Why a command does not run, in words for the person who typed it."""


class Refusal(Exception):
    """Printed as it is; the command ends with `exit_code`."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
