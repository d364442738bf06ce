"""What a text must be to be an e-mail address."""

from collections.abc import Callable

ReadEmail = Callable[[str], str]
"""The address in its normal form; nothing is looked up. Raises InvalidEmail."""
