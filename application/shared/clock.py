"""What time it is, where no transaction is open. Inside one, `tx.now` is the only clock."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The present instant, aware, in UTC."""
