"""The base of the operations that make images: made up for what is asked, or as a reply has them."""

from __future__ import annotations

import re
from abc import abstractmethod
from base64 import b64encode
from collections.abc import Iterable
from hashlib import blake2b
from typing import ClassVar, NamedTuple

from llm_intercept.call import Call
from llm_intercept.dialects.operation import Operation
from llm_intercept.dialects.pictures import picture as measured
from llm_intercept.replies.parts import Default, Media, Part
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, Usage
from llm_intercept.synthesis.picture import FORMATS, LARGEST, picture
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Fail, Pause

__all__ = ["Canvas", "Drawing", "Drawn", "base64", "fitting", "like", "ratio", "sides", "subject_of"]

#: Two sides, and what stands between them.
_SIZE = re.compile(r"([1-9][0-9]{0,4})([xX*:])([1-9][0-9]{0,4})")


class Canvas(NamedTuple):
    """What is asked of an image, whatever it shows: its size in pixels, its format, whether what is behind it shall be seen."""

    width: int = 1024
    height: int = 1024
    format: str = "png"
    clear: bool = False


class Drawn(NamedTuple):
    """What an endpoint answers with: an image for each that is asked for, the model, and what they cost."""

    call: Call
    canvas: Canvas
    images: tuple[Media, ...]
    model: str
    usage: Usage


class Drawing(Operation):
    """One endpoint that makes images, as many as the call's `n` says.

    A subclass gives `canvas`, `subject` and `sent`, and `cost` where what an image costs is told.
    """

    operation: ClassVar[str] = "images"
    says: ClassVar[tuple[type, ...]] = (Media,)

    def sayable(self, part: Part) -> bool:
        return isinstance(part, Media) and part.kind == "image"

    @abstractmethod
    def canvas(self, call: Call) -> Canvas:
        """What is asked of the images."""

    @abstractmethod
    def subject(self, call: Call) -> str:
        """What the images are of."""

    def cost(self, call: Call, count: CountTokens) -> Usage:
        """The tokens of one image."""
        return Usage(count(call.prompt), 0)

    def own(self, call: Call) -> Media:
        """The image, the first of them, that answers a call for which no rule says one."""
        return self._made(call, 0)

    def _made(self, call: Call, index: int) -> Media:
        canvas = self.canvas(call)
        return Media("image", picture(self.subject(call), index, *canvas), FORMATS[canvas.format].mime_type)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Drawn:
        images = tuple([self._made(call, index) for index in range(call.n)])
        return self._drawn(images, call, call.model, self._usage(call, count))

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Drawn:
        images = tuple([part for part in parts if isinstance(part, Media) and part.kind == "image"])
        if len(images) != len(parts):
            raise self.cannot_say("a sound", reply)
        if len(images) == 1:
            images *= call.n
        if len(images) != call.n:
            raise self.cannot_say(
                f"{len(images)} images where {call.n} are asked for; give one for all of them, or one each", reply
            )
        return self._drawn(images, call, reply.model or call.model, reply.usage or self._usage(call, count))

    def drawn(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Drawn | None:
        """What an answer shows; None where it is an error, or a body of its own."""
        if isinstance(answer, ErrorReply):
            return None
        if not isinstance(answer, Reply):
            return self.answer(call, stamp, count)
        parts = tuple([part for part in answer.parts if not isinstance(part, Pause | Fail)])
        if all(isinstance(part, Default) for part in parts):
            return self.answer(call, stamp, count)
        return self.told(parts, answer, call, stamp, count) if all(isinstance(part, Media) for part in parts) else None

    def _drawn(self, images: tuple[Media, ...], call: Call, model: str, usage: Usage) -> Drawn:
        return Drawn(call, self.canvas(call), images, model, usage)

    def _usage(self, call: Call, count: CountTokens) -> Usage:
        one = self.cost(call, count)
        return one._replace(output=one.output * call.n)


def subject_of(prompt: str, images: Iterable[bytes]) -> str:
    """What an image is of that is made of words, and of other images."""
    return " ".join([prompt, *(blake2b(data, digest_size=16).hexdigest() for data in images)])


def base64(image: Media) -> str:
    """An image as text."""
    return b64encode(image.data).decode("ascii")


def fitting(width: object, height: object) -> tuple[int, int] | None:
    """These sides, if an image can be made up that has them."""
    if type(width) is int and type(height) is int and min(width, height) >= 1 and max(width, height) <= LARGEST:
        return width, height
    return None


def like(images: Iterable[bytes]) -> tuple[int, int] | None:
    """The sides of the first of some images that tells them."""
    found = next((known for data in images if (known := measured(data)) is not None), None)
    return None if found is None else fitting(found.width, found.height)


def sides(size: object, mark: str = "x*") -> tuple[int, int] | None:
    """The sides that `1024x768` names; None for what names none, or an image that is too large."""
    found = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if found is None or found[2].lower() not in mark:
        return None
    return fitting(int(found[1]), int(found[3]))


def ratio(named: object, pixels: int = 1024) -> tuple[int, int] | None:
    """The sides of an image in a ratio such as `16:9`, as large as a square of so many pixels a side; multiples of sixteen."""
    found = sides(named, ":")
    if found is None:
        return None
    scale = pixels / (found[0] * found[1]) ** 0.5
    width, height = (max(round(length * scale / 16), 1) * 16 for length in found)
    return fitting(width, height)
