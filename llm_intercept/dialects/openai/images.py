"""OpenAI's images: POST /images/generations, /images/edits and /images/variations, and every provider that makes them alike.

Reference: https://platform.openai.com/docs/api-reference/images
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.drawing import Canvas, Drawing, Drawn, base64, fitting, ratio, sides, subject_of
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.form import asked_of
from llm_intercept.dialects.openai.asking import body_of, missing, model_of
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.openai.image_styles import QUALITIES, looks, model_meant, quality_of, style_of, usage
from llm_intercept.dialects.openai.images_asked import between, number, prompt, seen, shown, truth
from llm_intercept.dialects.openai.images_kept import keep, url_of
from llm_intercept.dialects.openai.images_refused import check
from llm_intercept.dialects.played import Played
from llm_intercept.framing.json import dump
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Part
from llm_intercept.replies.reply import Answer, Reply, Usage
from llm_intercept.synthesis.picture import FORMATS
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Fail, Frame, Pause, RawHeaders, Request, Response

__all__ = ["OpenAIImageEdits", "OpenAIImageVariations", "OpenAIImages"]

#: How many images anybody makes at once; how often the most is shown of one on its way.
_MOST, _MOST_PARTIAL = 128, 3

#: Other names of formats, as other providers have them.
_FORMATS = {"jpg": "jpeg"}


class OpenAIImages(OpenAIEndpoint, Drawing, Played):
    """POST /images/generations. Reference: https://platform.openai.com/docs/api-reference/images/create"""

    name = "openai images"
    path = r"/images/generations"
    stateful = True
    #: What the events of a stream are named after.
    event: ClassVar[str] = "image_generation"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return self._call(body_of(request), request, provider)

    def _call(self, asked: dict[str, Any], request: Request, provider: str) -> Call:
        between(asked, "n", 1, _MOST)
        flavour = replace(flavour_of(provider, request), model=model_meant(asked))
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model_of(asked, request, flavour),
            (Message("user", self.prompted(asked)),),
            truth(asked, "stream"),
            n=number(asked, "n") or 1,
            parameters=asked,
            json=asked,
        )

    def prompted(self, asked: dict[str, Any]) -> str:
        """The prompt."""
        return prompt(asked)

    def check(self, call: Call) -> None:
        if flavour_of(call.provider, call.request).strict:
            check(call, self.event)

    def canvas(self, call: Call) -> Canvas:
        asked, style = call.parameters, style_of(call)
        named = sides(asked.get("size")) or fitting(asked.get("width"), asked.get("height")) or ratio(asked.get("aspect_ratio"))
        given = str(asked.get("output_format") or asked.get("response_extension") or style.format)
        coded = _FORMATS.get(given, given)
        known = coded if coded in FORMATS else style.format
        return Canvas(*(named or (1024, 1024)), known, asked.get("background") == "transparent" and known != "jpeg")

    def subject(self, call: Call) -> str:
        return subject_of(call.prompt, shown(call))

    def cost(self, call: Call, count: CountTokens) -> Usage:
        canvas, square = self.canvas(call), QUALITIES[quality_of(call)]
        return Usage(count(call.prompt) + seen(call), round(square * canvas.width * canvas.height / 1024**2))

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Drawn:
        if call.stream and call.n > 1 and parts == (self.own(call),):  # by default each of several is another
            return self.answer(call, stamp, count)
        return super().told(parts, reply, call, stamp, count)

    def sent(self, value: Drawn, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        style, linked = style_of(call), _linked(call)
        data = [
            {**({"url": url_of(image, index, call, stamp)} if linked else {"b64_json": base64(image)}), **style.item(call, index)}
            for index, image in enumerate(value.images)
        ]
        return self.response(dump({**style.top(value, stamp), "data": data}), call, stamp, given)

    def frames(self, value: Drawn, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        one = value._replace(usage=value.usage._replace(output=value.usage.output // len(value.images)))
        alone = sum(isinstance(part, Media) for part in parts) == 1
        images = iter(value.images)
        for part in parts:
            if isinstance(part, Pause | Fail):
                yield part
                continue
            for image in images if alone else islice(images, 1):
                yield from self._events(one._replace(images=(image,)), call, stamp)

    def _events(self, drawn: Drawn, call: Call, stamp: Stamp) -> Iterator[bytes]:
        """One image, some of it before the whole: what is seen of it is the image itself."""
        told = {"b64_json": base64(drawn.images[0]), "created_at": stamp.created, **looks(drawn)}
        for index in range(min(number(call.parameters, "partial_images") or 0, _MOST_PARTIAL)):
            kind = f"{self.event}.partial_image"
            yield SSE.event({"type": kind, **told, "partial_image_index": index}, kind)
        yield SSE.event({"type": f"{self.event}.completed", **told, "usage": usage(drawn)}, f"{self.event}.completed")

    def remembers(self, call: Call) -> bool:
        return _linked(call)

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        drawn = self.drawn(answer, call, stamp, count)
        if drawn is not None:
            keep(drawn, stamp, past)


class OpenAIImageEdits(OpenAIImages):
    """POST /images/edits: of images in a form, or in JSON by their URLs.

    Reference: https://platform.openai.com/docs/api-reference/images/createEdit
    """

    name = "openai image edits"
    path = r"/images/edits"
    event = "image_edit"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        call = self._call(asked_of(request, _no_form), request, provider)
        if not shown(call):
            raise missing("image")
        return call


class OpenAIImageVariations(OpenAIImageEdits):
    """POST /images/variations. Reference: https://platform.openai.com/docs/api-reference/images/createVariation"""

    name = "openai image variations"
    path = r"/images/variations"

    def prompted(self, asked: dict[str, Any]) -> str:
        return ""


def _linked(call: Call) -> bool:
    """Whether images are told by their URL."""
    style = style_of(call)
    form = call.parameters.get("response_format")
    return not style.counts and (style.form if form is None else form) == "url"


def _no_form(why: str) -> Malformed:
    return Malformed(f"Could not parse multipart form: {why}")
