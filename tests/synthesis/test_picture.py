"""The images that are made up, held against Pillow: they open, have the size, and show their prompt's hash."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from llm_intercept.synthesis.picture import FORMATS, picture
from llm_intercept.synthesis.picture.mosaic import SIDE, mosaic

CODED = ("png", "jpeg", "webp")
SIDES = st.integers(1, 300)
#: How far a colour may be from what was meant: a JPEG's are rounded.
FAR = {"png": 0, "webp": 0, "jpeg": 3}


def opened(data: bytes, kind: str) -> Image.Image:
    """The image, after Pillow has verified it, in red, green, blue and opacity."""
    Image.open(BytesIO(data)).verify()
    found = Image.open(BytesIO(data))
    assert found.format == kind.upper()
    return found.convert("RGBA")


@pytest.mark.parametrize("kind", CODED)
@given(subject=st.text(max_size=20), width=SIDES, height=SIDES, clear=st.booleans())
def test_an_image_shows_its_mosaic_pixel_by_pixel(kind: str, subject: str, width: int, height: int, clear: bool) -> None:
    found, meant = opened(picture(subject, 0, width, height, kind, clear), kind), mosaic(subject, 0, width, height, clear)
    assert found.size == (width, height)
    for column, row in {(x * width // 23, y * height // 23) for x in range(23) for y in range(23)}:
        x, y = column, row
        if kind == "jpeg":  # its squares have one colour each
            x, y = min(column // 16 * 16 + 8, width - 1), min(row // 16 * 16 + 8, height - 1)
            if (x and x % 16 == 0) or (y and y % 16 == 0):
                continue  # where all that is seen of a square is its edge, decoders mix in its neighbour's colour
        inked = meant.at(x, y)
        *colour, opacity = found.getpixel((x, y))
        assert opacity == (0 if clear and not inked and kind != "jpeg" else 255)
        wanted = meant.ink if inked else meant.paper
        assert max(abs(one - other) for one, other in zip(colour, wanted, strict=True)) <= FAR[kind]


@pytest.mark.parametrize("kind", CODED)
@pytest.mark.parametrize("size", [(1792, 1024), (1024, 1792), (3840, 2160), (4096, 4096)])
def test_a_large_image_is_small_in_bytes(kind: str, size: tuple[int, int]) -> None:
    data = picture("a lighthouse", 0, *size, kind)
    assert opened(data, kind).size == size
    assert len(data) < size[0] * size[1] // 128


def test_an_svg_has_the_size_and_a_square_for_each_block() -> None:
    root = fromstring(picture("a lighthouse", 0, 640, 480, "svg"))
    blocks = mosaic("a lighthouse", 0, 640, 480).blocks
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("640", "480", f"0 0 {SIDE} {SIDE}")
    paper, ink = root
    assert (ink.get("d") or "").count("M") == sum(map(sum, blocks))
    assert paper.get("fill") != ink.get("fill")
    assert [child.tag.rpartition("}")[2] for child in fromstring(picture("a", format="svg", clear=True))] == ["path"]


@pytest.mark.parametrize("kind", FORMATS)
def test_another_prompt_and_another_place_make_another_image(kind: str) -> None:
    made = [picture(subject, index, 64, 64, kind) for subject in ("a cat", "a dog", "") for index in range(3)]
    assert len(set(made)) == len(made)


def test_an_image_shows_the_same_on_every_platform_and_run() -> None:
    shown = mosaic("a cat", 0, 8, 8)
    rows = ["".join(".#"[inked] for inked in row) for row in shown.blocks]
    assert rows == ["#.##.#..", ".##.....", "#.#.....", "#...##.#", "#####.##", ".###.#..", "......##", "##.###.#"]
    assert (shown.ink, shown.paper) == ((5, 79, 40), (208, 239, 169))
