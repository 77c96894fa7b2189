"""OpenAI's embeddings: POST /embeddings, and every provider that makes them alike.

References: https://platform.openai.com/docs/api-reference/embeddings,
https://learn.microsoft.com/rest/api/aifoundry/modelinference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.dimensions import MOST, dimensions_of
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes, text_or_tokens
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import body_of, missing, model_of, wrong_type
from llm_intercept.dialects.openai.embedding_styles import Style, style_of
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["AzureImageEmbeddings", "DatabricksEmbeddings", "OpenAIEmbeddings"]

#: The most inputs of one request, and the most tokens of one input.
_MOST_INPUTS, _WINDOW = 2048, 8192

#: What OpenAI says of inputs that are too many, or empty.
_INVALID = "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."


class OpenAIEmbeddings(OpenAIEndpoint, Embeddings):
    """POST /embeddings. Reference: https://platform.openai.com/docs/api-reference/embeddings/create"""

    name = "openai embeddings"
    #: Not what merely ends alike: Ollama's own, and those of images.
    path = r"(?<!/api)(?<!/images)/embeddings"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        flavour = flavour_of(provider, request)
        call = Call(
            request,
            provider,
            self.operation,
            self.name,
            model_of(body, request, flavour),
            _inputs(body),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        _encoding(call)
        return call

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(call.parameters.get("dimensions"), _no_dimensions)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return _pieces(message.raw) if isinstance(message.raw, dict) else super().content(message)

    def check(self, call: Call) -> None:
        if not flavour_of(call.provider, call.request).strict:
            return
        if not call.messages or len(call.messages) > _MOST_INPUTS or any(message.raw == "" for message in call.messages):
            raise Malformed(_INVALID)
        for message in call.messages:
            # A text of so many bytes has more tokens than the window, however they are counted.
            tokens = len(message.raw) if isinstance(message.raw, list) else len(message.text) // 8
            if tokens > _WINDOW:
                raise Malformed(
                    f"This model's maximum context length is {_WINDOW} tokens, however you requested {tokens} tokens ({tokens} in "
                    "your prompt; 0 for the completion). Please reduce your prompt; or completion length."
                )
        asked, most = self.dimensions(call), dimensions_of(call.model)
        if asked is None or not call.model.startswith("text-embedding-"):
            return
        if call.model.startswith("text-embedding-ada-"):
            raise Malformed("This model does not support specifying dimensions.")
        if asked > most:
            raise Malformed(f"Invalid value for 'dimensions' = {asked}. Must be less than or equal to {most}.")

    def body(self, said: Embedded) -> dict[str, Any]:
        encode = _style(said.call).encodings[_encoding(said.call)]
        data = [{"object": "embedding", "index": index, "embedding": encode(vector)} for index, vector in enumerate(said.vectors)]
        return {"object": "list", "data": data, "model": said.model, **_style(said.call).top(said)}


class AzureImageEmbeddings(OpenAIEmbeddings):
    """POST /models/images/embeddings: images, with texts perhaps.

    Reference: https://learn.microsoft.com/rest/api/aifoundry/model-inference/get-image-embeddings/get-image-embeddings
    """

    name = "azure image embeddings"
    path = r"/images/embeddings"
    home = "azure"
    only: ClassVar[frozenset[str]] = frozenset({"azure", "github"})


class DatabricksEmbeddings(OpenAIEmbeddings):
    """POST /serving-endpoints/{name}/invocations, where the name tells a model of embeddings.

    Reference: https://docs.databricks.com/machine-learning/foundation-model-apis/api-reference#embedding-request
    """

    name = "databricks embeddings"
    path = r"/serving-endpoints/[^/]*(?:embed|bge|gte|e5-)[^/]*/invocations"
    home = "databricks"
    only: ClassVar[frozenset[str]] = frozenset({"databricks"})


def _no_dimensions(given: Any) -> Malformed:
    if type(given) is not int:
        return wrong_type("dimensions", "an integer", given)
    kind, bound = ("below minimum", ">= 1") if given < 1 else ("above maximum", f"<= {MOST}")
    return Malformed(
        f"Invalid 'dimensions': integer {kind} value. Expected a value {bound}, but got {given} instead.",
        param="dimensions",
        code="integer_below_min_value" if given < 1 else "integer_above_max_value",
    )


def _style(call: Call) -> Style:
    return style_of(call.provider, flavour_of(call.provider, call.request).name)


def _encoding(call: Call) -> str:
    """The word for how vectors are told; raises `Malformed` for one that the provider has not."""
    style = _style(call)
    given = call.parameters.get(style.asked)
    if given is None:
        return style.encoding
    if not isinstance(given, str):
        raise wrong_type(style.asked, "a string", given)
    if given not in style.encodings:
        *most, last = map(repr, style.encodings)
        raise Malformed(
            f"Invalid value: '{given}'. Supported values are: {', '.join(most)} and {last}.",
            param=style.asked,
            code="invalid_value",
        )
    return "float" if given == "base64" and _unasked(call) else given


def _unasked(call: Call) -> bool:
    """Whether base64 may be the SDK's own wish, at a server that is nobody's.

    OpenAI's SDK asks for it by itself, and decodes it, but takes floats as well, from servers that know nothing else; as a client
    that validates strictly it takes nothing else. Providers who are known get what they are asked for.
    """
    return flavour_of(call.provider, call.request).name == "compatible" and call.request.header("x-stainless-lang") is not None


def _inputs(body: Mapping[str, Any]) -> tuple[Message, ...]:
    """One text, one list of tokens, or several of either, or of objects that hold texts and images."""
    if "input" not in body:
        raise missing("input")
    given = body["input"]
    alone = text_or_tokens(given)
    if alone is not None:
        return (alone,)
    if not isinstance(given, list):
        raise wrong_type("input", "one of a string or array of strings or of tokens", given)
    return tuple([_input(one, f"input[{index}]") for index, one in enumerate(given)])


def _input(value: Any, where: str) -> Message:
    if isinstance(value, dict):
        text = " ".join(piece for piece in _pieces(value) if isinstance(piece, str))
        return Message("user", text, raw=value)
    message = text_or_tokens(value)
    if message is None:
        raise wrong_type(where, "a string or an array of tokens", value)
    return message


def _pieces(value: Any) -> list[str | bytes]:
    """The texts and images of an input that is an object, whatever it calls them."""
    match value:
        case {"content": list(inner)}:
            return [piece for one in inner for piece in _pieces(one)]
        case {"image_url": {"url": str(url)}}:
            return [image_bytes(url)]
        case dict():
            texts: list[str | bytes] = [value["text"]] if isinstance(value.get("text"), str) else []
            return texts + [image_bytes(value[key]) for key in ("image", "image_url") if isinstance(value.get(key), str)]
        case _:
            return []
