"""Draws texts as QR symbols (error correction M), as PNG and as SVG."""

from io import BytesIO
from itertools import groupby

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]  # Ships no types.
from qrcode.main import QRCode  # type: ignore[import-untyped]  # Ships no types.
from qrcode.util import ALPHA_NUM, MODE_ALPHA_NUM, QRData  # type: ignore[import-untyped]  # Same.

_QUIET_ZONE = 4  # Modules of white on each side; the standard asks for four.
_MODULE_PX = 8

# A ticket code fills version 6 in alphanumeric mode. Trying all masks costs four fifths of the
# time, and any mask makes a legal symbol, so a symbol of this size has a fixed one.
_TICKET_VERSION = 6
_TICKET_MASK = 3
_TICKET_CHARACTERS_MAX = 154
_ALPHANUMERIC = frozenset(ALPHA_NUM.decode())

Modules = list[list[bool]]


class QrPictures:
    """Pictures of any text up to about 2,300 bytes; the same text always gives the same bytes."""

    def png(self, text: str) -> bytes:
        """Black and white, 8 pixels per module. Raises ValueError if the text is too long."""
        modules = _modules(text)
        size = len(modules) + 2 * _QUIET_ZONE
        grey = bytearray(b"\xff" * size * size)
        for y, row in enumerate(modules, _QUIET_ZONE):
            for x, dark in enumerate(row, _QUIET_ZONE):
                if dark:
                    grey[y * size + x] = 0
        image = Image.frombytes("L", (size, size), bytes(grey)).convert("1")
        scaled = image.resize((size * _MODULE_PX, size * _MODULE_PX), Image.Resampling.NEAREST)
        out = BytesIO()
        scaled.save(out, "PNG")
        return out.getvalue()

    def svg(self, text: str) -> bytes:
        """One unit per module, to be scaled by its reader. Raises ValueError if it is too long."""
        modules = _modules(text)
        size = len(modules) + 2 * _QUIET_ZONE
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
            ' role="img" shape-rendering="crispEdges"><title>QR code</title>'
            # Without its own white, the symbol would vanish on a dark page.
            f'<rect width="{size}" height="{size}" fill="#fff"/>'
            f'<path fill="#000" d="{_path(modules)}"/></svg>'
        ).encode()


def _modules(text: str) -> Modules:
    if len(text) <= _TICKET_CHARACTERS_MAX and _ALPHANUMERIC.issuperset(text):
        symbol = QRCode(_TICKET_VERSION, ERROR_CORRECT_M, mask_pattern=_TICKET_MASK)
        symbol.add_data(QRData(text, mode=MODE_ALPHA_NUM))
        symbol.make(fit=False)
    else:
        symbol = QRCode(error_correction=ERROR_CORRECT_M)
        symbol.add_data(text)
        symbol.make()
    modules: Modules = symbol.modules
    return modules


def _path(modules: Modules) -> str:
    """Each run of dark modules in a row as a bar of height one."""
    bars = []
    for y, row in enumerate(modules, _QUIET_ZONE):
        x = _QUIET_ZONE
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                bars.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(bars)
