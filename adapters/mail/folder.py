"""Mail into a folder: one `.eml` file each, which mail programs open."""

import asyncio
import os
import tempfile
from pathlib import Path

from adapters.mail.envelope import mail_of
from application.messaging.ports import MailDown, Message
from application.shared.clock import Clock


class FolderMailer:
    """The file is named after the message, so the same mail sent again is the same file."""

    def __init__(self, folder: Path, *, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    async def send(self, message: Message) -> None:
        mail = mail_of(message, sender=self._sender, clock=self._clock)
        try:
            await asyncio.to_thread(self._write, f"{message.id}.eml", mail.as_bytes())
        except OSError as error:
            raise MailDown(f"The mail folder cannot be written: {error.strerror}.") from error

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all: written beside its place, then moved there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(unfinished, self._folder / name)
        except BaseException:
            os.unlink(unfinished)
            raise
