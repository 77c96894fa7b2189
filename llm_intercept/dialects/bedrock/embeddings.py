"""Models of embeddings, invoked: Amazon's Titan and Nova, and Cohere's.

References: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html,
https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.bedrock.fields import optional, refused, required
from llm_intercept.dialects.bedrock.house import LATENCY, BedrockEndpoint
from llm_intercept.dialects.bedrock.invoke import invoked
from llm_intercept.dialects.cohere.embed import by_type, inputs, pieces, types
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.memory import Past
from llm_intercept.wire import RawHeaders, Request

__all__ = ["EMBEDDINGS"]


def _malformed(why: str) -> Malformed:
    """What Bedrock says of a body that its model does not take."""
    return Malformed(f"Malformed input request: {why}, please reformat your input and try again.")


class Invoked(BedrockEndpoint, Embeddings):
    """One family of models of embeddings. It gives `inputs`, and `asked` where a call can ask for dimensions."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model_of(request, body),
            messages=tuple(self.inputs(body)),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        return call

    def inputs(self, body: dict[str, Any]) -> Iterator[Message]:
        """The inputs in order; raises `Malformed`."""
        text = required(body, "inputText", str)
        yield Message("user", text, raw=body)

    def asked(self, body: Mapping[str, Any]) -> Any:
        """What a body says of dimensions."""
        return None

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(self.asked(call.parameters), _no_dimensions)

    def more(self, said: Embedded) -> RawHeaders:
        return (
            (b"x-amzn-bedrock-input-token-count", b"%d" % said.tokens),
            (b"x-amzn-bedrock-invocation-latency", b"%d" % LATENCY),
        )


class Titan(Invoked):
    """POST /model/amazon.titan-embed-text-v1/invoke."""

    name = "bedrock invoke titan embeddings"
    path = invoked(r"amazon\.titan-embed-(?:text-v1|g1)")

    def body(self, said: Embedded) -> dict[str, Any]:
        return {"embedding": list(said.vectors[0]), "inputTextTokenCount": said.tokens}


class TitanV2(Titan):
    """POST /model/amazon.titan-embed-text-v2:0/invoke."""

    name = "bedrock invoke titan embeddings v2"
    path = invoked(r"amazon\.titan-embed-text-v2")
    sizes: ClassVar[tuple[int, ...]] = (256, 512, 1024)

    def asked(self, body: Mapping[str, Any]) -> Any:
        return body.get("dimensions")

    def check(self, call: Call) -> None:
        size = self.dimensions(call)
        if size is not None and size not in self.sizes:
            raise _malformed(f"#/dimensions: {size} is not a valid enum value")

    def body(self, said: Embedded) -> dict[str, Any]:
        asked = optional(dict(said.call.parameters), "embeddingTypes", list) or ["float"]
        vector = said.vectors[0]
        told = {"float": list(vector), "binary": [int(value > 0) for value in vector]}
        return {**super().body(said), "embeddingsByType": {name: told[name] for name in told if name in asked}}


class TitanMultimodal(Titan):
    """POST /model/amazon.titan-embed-image-v1/invoke."""

    name = "bedrock invoke titan multimodal embeddings"
    path = invoked(r"amazon\.titan-embed-image")

    def inputs(self, body: dict[str, Any]) -> Iterator[Message]:
        text, image = optional(body, "inputText", str), optional(body, "inputImage", str)
        if text is None and image is None:
            raise _malformed("at least one of inputText and inputImage is required")
        yield Message("user", text or "", raw=body)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        image = message.raw.get("inputImage")
        return (message.text, *((image_bytes(image),) if image is not None else ()))

    def asked(self, body: Mapping[str, Any]) -> Any:
        return (optional(body, "embeddingConfig", dict) or {}).get("outputEmbeddingLength")

    def body(self, said: Embedded) -> dict[str, Any]:
        return {**super().body(said), "message": None}


class Cohere(Invoked):
    """POST /model/cohere.embed-.../invoke. The models before the fourth tell plain vectors unless they are asked for types."""

    name = "bedrock invoke cohere embeddings"
    path = invoked(r"cohere\.embed")

    def inputs(self, body: dict[str, Any]) -> Iterator[Message]:
        types(body)
        return inputs(body)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return pieces(message.raw)

    def asked(self, body: Mapping[str, Any]) -> Any:
        return body.get("output_dimension")

    def check(self, call: Call) -> None:
        if not call.messages:
            raise _malformed("at least one of texts, images and inputs is required")
        if call.parameters.get("input_type") is None:
            raise _malformed("#: required key [input_type] not found")

    def body(self, said: Embedded) -> dict[str, Any]:
        usual = () if "embed-english-v3" in said.call.model or "embed-multilingual-v3" in said.call.model else ("float",)
        told = by_type(said, types(said.call.parameters) or usual)
        texts = [message.text for message in said.call.messages if message.text]
        return {"id": said.stamp.uuid("completion"), **told, "texts": texts}


class Nova(Invoked):
    """POST /model/amazon.nova-2-multimodal-embeddings-v1:0/invoke, one input at a time."""

    name = "bedrock invoke nova embeddings"
    path = invoked(r"amazon\.nova-2-multimodal-embeddings")
    sizes: ClassVar[tuple[int, ...]] = (256, 384, 1024, 3072)

    def inputs(self, body: dict[str, Any]) -> Iterator[Message]:
        if required(body, "taskType", str) != "SINGLE_EMBEDDING":
            raise refused("taskType", "Member must satisfy enum value set: [SINGLE_EMBEDDING]")
        asked = required(body, "singleEmbeddingParams", dict)
        required(asked, "embeddingPurpose", str, "singleEmbeddingParams.")
        held = [name for name in _KINDS if asked.get(name) is not None]
        if len(held) != 1:
            raise refused("singleEmbeddingParams", f"Exactly one of {', '.join(_KINDS)} must be given")
        kind = held[0]
        given = required(asked, kind, dict, "singleEmbeddingParams.")
        text = optional(given, "value", str) if kind == "text" else None
        apart = kind == "video" and given.get("embeddingMode") == "AUDIO_VIDEO_SEPARATE"
        names = ("VIDEO", "AUDIO") if apart else ("AUDIO_VIDEO_COMBINED",) if kind == "video" else (kind.upper(),)
        yield from (Message("user", text or "", raw=(name, given.get("source"))) for name in names)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        name, source = message.raw
        match source:
            case {"bytes": str(data)}:
                return (image_bytes(data), name)
            case {"s3Location": {"uri": str(uri)}}:
                return (uri.encode(), name)
            case _:
                return (message.text,)

    def asked(self, body: Mapping[str, Any]) -> Any:
        return body["singleEmbeddingParams"].get("embeddingDimension")

    def check(self, call: Call) -> None:
        size = self.dimensions(call)
        if size is not None and size not in self.sizes:
            raise refused("singleEmbeddingParams.embeddingDimension", f"Member must satisfy enum value set: {list(self.sizes)}")

    def body(self, said: Embedded) -> dict[str, Any]:
        told = zip(said.vectors, said.call.messages, strict=True)
        return {"embeddings": [{"embedding": list(vector), "embeddingType": message.raw[0]} for vector, message in told]}


#: What Nova takes.
_KINDS = ("text", "image", "audio", "video")


def _no_dimensions(given: Any) -> Malformed:
    return refused("dimensions", f"{given!r} is no number of dimensions that the model supports")


EMBEDDINGS: tuple[Invoked, ...] = (Titan(), TitanV2(), TitanMultimodal(), Cohere(), Nova())
