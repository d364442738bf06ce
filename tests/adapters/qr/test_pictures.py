import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.qr.pictures import QrPictures
from domain.shared.ticket_code import to_text

PICTURES = QrPictures()
TICKET_SIZE = 41 + 2 * 4  # Version 6 with its quiet zone, in modules.
SVG = "{http://www.w3.org/2000/svg}"
BAR = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")

ticket_texts = st.binary(min_size=96, max_size=96).map(to_text)
OTHER_TEXTS = [
    "SHORT",
    "A" * 155,
    "a" * 154,
    "https://tickets.example/t/Zürich?order=K7Q2",
    "<title>&amp;</title>",
    "x" * 2_000,
]


def read(image: Image.Image) -> str:
    found = zxingcpp.read_barcode(image)
    assert found is not None
    return str(found.text)


def rasterised(svg: bytes, scale: int = 4) -> Image.Image:
    """Paint the bars of our own path; whatever else the path may hold fails the test."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    path = root.find(f"{SVG}path")
    assert path is not None
    drawing = path.attrib["d"]
    assert BAR.sub("", drawing) == ""
    image = Image.new("L", (size, size), 255)
    for x, y, out, back in (map(int, bar) for bar in BAR.findall(drawing)):
        assert out == back
        image.paste(0, (x, y, x + out, y + 1))
    return image.resize((size * scale, size * scale), Image.Resampling.NEAREST)


@given(ticket_texts)
@settings(deadline=None, max_examples=40)
def test_a_reader_finds_the_ticket_in_both_pictures(text: str) -> None:
    png = Image.open(BytesIO(PICTURES.png(text)))
    drawing = rasterised(PICTURES.svg(text))

    assert read(png) == text
    assert read(drawing) == text


@given(ticket_texts)
@settings(deadline=None, max_examples=20)
def test_every_ticket_is_a_version_6_symbol_with_a_quiet_zone(text: str) -> None:
    png = Image.open(BytesIO(PICTURES.png(text)))
    svg = ElementTree.fromstring(PICTURES.svg(text))

    assert png.mode == "1"
    assert png.size == (TICKET_SIZE * 8, TICKET_SIZE * 8)
    assert png.crop((0, 0, TICKET_SIZE * 8, 4 * 8)).getextrema() == (255, 255)
    assert svg.attrib["viewBox"] == f"0 0 {TICKET_SIZE} {TICKET_SIZE}"


@pytest.mark.parametrize("text", OTHER_TEXTS)
def test_any_other_text_can_be_read_too(text: str) -> None:
    png = Image.open(BytesIO(PICTURES.png(text)))
    drawing = rasterised(PICTURES.svg(text))

    assert read(png) == text
    assert read(drawing) == text


def test_both_pictures_show_the_same_modules() -> None:
    text = to_text(bytes(range(96)))

    png = Image.open(BytesIO(PICTURES.png(text))).convert("L")

    assert png.tobytes() == rasterised(PICTURES.svg(text), scale=8).tobytes()


def test_the_same_text_gives_the_same_bytes() -> None:
    text = to_text(bytes(96))

    assert PICTURES.png(text) == QrPictures().png(text)
    assert PICTURES.svg(text) == QrPictures().svg(text)


def test_the_drawing_is_crisp_titled_and_does_not_spell_the_text() -> None:
    text = to_text(bytes(range(96)))

    svg = PICTURES.svg(text)

    root = ElementTree.fromstring(svg)
    assert root.attrib["shape-rendering"] == "crispEdges"
    assert root.findtext(f"{SVG}title")
    assert len(root.findall(f"{SVG}path")) == 1
    assert text.encode() not in svg


def test_a_text_that_fits_no_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        PICTURES.png("x" * 3_000)
