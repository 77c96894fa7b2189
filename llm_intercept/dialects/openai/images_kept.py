"""Images that are told by their URL: they are kept, and GET /images/files/{id} answers with them.

The providers' own URLs are on hosts of storage services; ours stand on the host that was asked, so that whoever is caught there
is caught again. Reference: https://platform.openai.com/docs/api-reference/images/object#images/object-url
"""

from __future__ import annotations

import re

from llm_intercept.call import Call
from llm_intercept.dialects.drawing import Drawn
from llm_intercept.dialects.endpoint import named
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media
from llm_intercept.synthesis.picture import FORMATS, picture
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["OpenAIImageFile", "keep", "url_of"]

_FILE = re.compile(r"/files/(img-\w+)\.(\w+)\Z")

#: What a file's name ends in, by its media type.
_ENDINGS = {known.mime_type: name for name, known in FORMATS.items()}


def _id(stamp: Stamp, index: int) -> str:
    return "img-" + stamp.id(f"image {index}", 24)


def url_of(image: Media, index: int, call: Call, stamp: Stamp) -> str:
    """Where an image of a call is."""
    folder = call.request.path.rpartition("/images/")[0] + "/images/files/"
    return call.request._replace(target=f"{folder}{_id(stamp, index)}.{_ENDINGS.get(image.mime_type, 'png')}").url


def keep(drawn: Drawn, stamp: Stamp, past: Past) -> None:
    """Keep the images that a call was told the URLs of."""
    for index, image in enumerate(drawn.images):
        past.keep(_id(stamp, index), image)


class OpenAIImageFile(OpenAIEndpoint, Operation):
    """GET /images/files/{id}: the bytes of an image that was made here; of any other, one made up."""

    name = "openai image file"
    operation = "retrieve"
    method = "GET"
    path = rf"/images/files/img-[0-9a-f]{{24}}\.(?:{'|'.join(FORMATS)})"
    stateful = True

    def read(self, request: Request, provider: str, past: Past) -> Call:
        kept = past.find(_named(request)[0])
        return Call(request, provider, self.operation, self.name, kept=kept)

    def remembers(self, call: Call) -> bool:
        return False

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Media:
        if isinstance(call.kept, Media):
            return call.kept
        id_, ending = _named(call.request)
        return Media("image", picture(id_, format=ending), FORMATS[ending].mime_type)

    def sent(self, value: Media, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        kind = (b"content-type", value.mime_type.encode("ascii", "replace"))
        return self.response(value.data, call, stamp, named((kind,), given))


def _named(request: Request) -> tuple[str, str]:
    """The id and the ending that a path names."""
    found = _FILE.search(request.path.rstrip("/"))
    return (found[1], found[2]) if found is not None else ("", "png")
