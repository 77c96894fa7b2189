"""The models that an Ollama server has: GET /api/tags, GET /api/ps, POST /api/show, DELETE /api/delete, POST /api/copy.

Any model is there by its name, but for a listed one that was deleted here. Reference: https://docs.ollama.com/api/tags
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import add, forget, is_gone, listed, made
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.ollama.provider import OllamaEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp, date_of
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["CopyModel", "DeleteModel", "ListModels", "RunningModels", "ServerVersion", "ShowModel", "digest", "full"]

#: How many bytes a model has, and how many tokens it sees.
_SIZE, _WINDOW = 2_019_393_189, 131_072

_VERSION = "0.13.0"


class _Models(OllamaEndpoint, Operation):
    """One endpoint of models."""

    operation: ClassVar[str] = "models"
    stateful: ClassVar[bool] = True


class ListModels(_Models):
    """GET /api/tags."""

    name = "ollama models"
    method = "GET"
    path = r"/api/tags"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, kept=listed(provider, past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"models": [{**_brief(name), "modified_at": _day(name)} for name in call.kept]}


class RunningModels(ListModels):
    """GET /api/ps: those that are loaded, of which one is told."""

    name = "ollama running models"
    path = r"/api/ps"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        loaded = {"expires_at": stamp.timestamp, "size_vram": _SIZE, "context_length": 4_096}
        return {"models": [{**_brief(name), **loaded} for name in call.kept[:1]]}


class ShowModel(_Models):
    """POST /api/show."""

    name = "ollama model"
    path = r"/api/show"
    asked = "ShowRequest"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        name = self.field(body, "model", str) or self.field(body, "name", str)
        if not name:
            raise Malformed("model is required")
        if is_gone(provider, full(name), past):
            raise Malformed(f"model '{name}' not found", status=404)
        return Call(request, provider, self.operation, self.name, name, parameters=body, json=body)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        details = _details(call.model)
        family, embeds = details["family"], "embed" in call.model
        return {
            "license": "",
            "modelfile": f"FROM {full(call.model)}\nTEMPLATE {{{{ .Prompt }}}}\n",
            "parameters": 'stop                           "<|eot_id|>"',
            "template": "{{ .Prompt }}",
            "details": details,
            "model_info": {
                "general.architecture": family,
                "general.parameter_count": 3_212_749_888,
                f"{family}.context_length": _WINDOW,
                f"{family}.embedding_length": 3_072,
            },
            "capabilities": ["embedding"] if embeds else ["completion", "tools"],
            "modified_at": _day(call.model),
        }


class DeleteModel(ShowModel):
    """DELETE /api/delete."""

    name = "ollama model deletion"
    operation = "delete"
    method = "DELETE"
    path = r"/api/delete"
    asked = "DeleteRequest"

    def sent(self, value: Any, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(b"", call, stamp, given)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return None

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            forget(call.provider, full(call.model), past)


class CopyModel(_Models):
    """POST /api/copy."""

    name = "ollama copy"
    operation = "copy"
    path = r"/api/copy"
    asked = "CopyRequest"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        source = self.field(body, "source", str)
        if not source or not self.field(body, "destination", str):
            raise Malformed("source and destination are required")
        if is_gone(provider, full(source), past):
            raise Malformed(f"model '{source}' not found", status=404)
        return Call(request, provider, self.operation, self.name, source, parameters=body, json=body)

    def sent(self, value: Any, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(b"", call, stamp, given)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return None

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            add(call.provider, full(call.parameters["destination"]), past)


class ServerVersion(OllamaEndpoint, Operation):
    """GET /api/version."""

    name = "ollama version"
    operation = "version"
    method = "GET"
    path = r"/api/version"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"version": _VERSION}


def full(name: str) -> str:
    """A model's name with its tag."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def digest(name: str) -> str:
    """The hash of a model's content."""
    return blake2b(full(name).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _brief(name: str) -> dict[str, Any]:
    return {"name": full(name), "model": full(name), "size": _SIZE, "digest": digest(name), "details": _details(name)}


def _details(name: str) -> dict[str, Any]:
    family = name.rpartition("/")[2].partition(":")[0].partition("-")[0].rstrip("0123456789.") or "llama"
    told = {"parent_model": "", "format": "gguf", "family": family, "families": [family]}
    return {**told, "parameter_size": "3.2B", "quantization_level": "Q4_K_M"}


def _day(name: str) -> str:
    return date_of(made(name))
