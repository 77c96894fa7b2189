"""What both of Ollama's wire APIs have in common: lines, counters, errors, and how models are loaded.

Reference: https://docs.ollama.com/api
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.dialects.payload import Places, where
from llm_intercept.dialects.wanted import OBJECT
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE, dump, load
from llm_intercept.framing.ndjson import NDJSON
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import USUAL, Answer, ErrorReply, Usual
from llm_intercept.synthesis.likelihood import likeliest, logprob
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["LOAD", "READ", "Ollama", "OllamaEndpoint"]

#: Status to message.
_ERRORS: Mapping[int, str] = {
    400: "invalid request",
    401: "unauthorized",
    403: "this model requires a subscription, upgrade for access: https://ollama.com/upgrade",
    408: "request timed out",
    413: "request body too large",
    429: "you have reached your hourly usage limit, upgrade for higher limits: https://ollama.com/upgrade",
    499: "request canceled",
    500: "llama runner process has terminated: exit status 2",
    502: "upstream is unreachable",
    503: "server busy, please try again.  maximum pending requests exceeded",
}

#: Nanoseconds that loading a model takes, and each token that is read and that is written.
LOAD, READ, _WRITTEN = 52_437_125, 1_873_041, 11_902_667

#: Values of `keep_alive` for which a model is unloaded at once.
_AT_ONCE = (0, "0", "0s", "0m", "0h")

_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}

#: The same as the server's own language has them.
_GO_TYPES = {dict: "map[string]interface {}", str: "string", bool: "bool", int: "int"}

_T = TypeVar("_T", str, int, bool, dict[str, Any], list[Any])


#: What is said of an error that has a name. Reference: https://docs.ollama.com/api/errors
_NAMED: NamedErrors = {
    "context_length_exceeded": Words(400, "the input length exceeds the context length"),
    "overloaded": Words(503, "server busy, please try again.  maximum pending requests exceeded"),
    "quota_exhausted": Words(429, "you've reached your hourly usage limit, please upgrade to continue"),
}


class OllamaEndpoint(Endpoint):
    """The base of all that Ollama serves. A subclass gives `asked`, what the server calls a request."""

    home: ClassVar[str] = "ollama"
    only: ClassVar[frozenset[str]] = frozenset({"ollama"})
    body_headers: ClassVar[RawHeaders] = ((b"content-type", b"application/json; charset=utf-8"),)
    asked: ClassVar[str]

    def body_of(self, request: Request) -> dict[str, Any]:
        """The request's body; raises `Malformed`."""
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed(_unreadable(request.body)) from None
        if not isinstance(body, dict):
            kind = _JSON_TYPES.get(type(body), "null")
            raise Malformed(f"json: cannot unmarshal {kind} into Go value of type api.{self.asked}")
        top = body.get("top_logprobs")
        if top is not None and not (type(top) is int and 0 <= top <= 20):
            raise Malformed("top_logprobs must be between 0 and 20")
        return body

    def field(self, owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T | None:
        """The value of a key that is of one type if it is there."""
        value = owner.get(key)
        if value is None or isinstance(value, kind):
            return value
        raise self._wrong_type(where + key, value, _GO_TYPES.get(kind) or f"[]{_item(key)}")

    def objects(self, owner: Mapping[str, Any], key: str, where: str = "") -> Iterator[dict[str, Any]]:
        """Each object of a list that may be there."""
        for value in self.field(owner, key, list, where) or ():
            if not isinstance(value, dict):
                raise self._wrong_type(where + key, value, _item(key))
            yield value

    def _wrong_type(self, where: str, value: Any, kind: str) -> Malformed:
        found = _JSON_TYPES.get(type(value), "null")
        return Malformed(f"json: cannot unmarshal {found} into Go struct field {self.asked}.{where} of type {kind}")

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ()

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        message = f"model '{call.model}' not found" if error.status == 404 else _ERRORS.get(error.status)
        return {"error": error.message or message or _ERRORS[500 if error.status >= 500 else 400]}


class Ollama(OllamaEndpoint, Dialect):
    """The base of Ollama's wire APIs that say replies.

    A subclass gives `text`, the key under which text stands; its values are pieces of a message.
    """

    settles = True
    text: ClassVar[str]
    places: ClassVar[Places] = {"*": where(lambda event: event.get("done") is True)}
    finishes = {"stop": "stop", "stop_sequence": "stop", "tool_calls": "stop", "length": "length"}

    @abstractmethod
    def message(self, said: dict[str, Any]) -> dict[str, Any]:
        """What a line says, as it stands there."""

    @abstractmethod
    def loads(self, call: Call) -> bool:
        """Whether the call says nothing: then it loads the model, or unloads it."""

    def settled(self, call: Call) -> Answer | None:
        return USUAL if self.loads(call) else super().settled(call)

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        if not isinstance(answer, Usual):
            return super().write(answer, call, stamp, count)
        reason = "unload" if call.parameters.get("keep_alive") in _AT_ONCE else "load"
        line = self._line(call.model, stamp, {self.text: ""}, done=True, done_reason=reason)
        return self.response(dump(line), call, stamp)

    def body(self, draft: Draft) -> dict[str, Any]:
        said: dict[str, Any] = {self.text: "".join(value[self.text] for value in draft.values)}
        thought = "".join(value.get("thinking", "") for value in draft.values)
        calls = [one for value in draft.values for one in value.get("tool_calls", ())]
        if thought:
            said["thinking"] = thought
        if calls:
            said["tool_calls"] = calls
        more = self._ending(draft)
        if draft.call.parameters.get("logprobs") is True:
            logprobs = [one for piece in _pieces(draft) for one in _logprobs(draft.call, piece)]
            more |= {"logprobs": logprobs} if logprobs else {}
        return self._line(draft.model, draft.stamp, said, done=True, **more)

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        wanted = draft.call.parameters.get("logprobs") is True
        for passage, value in zip(draft.passages, draft.values, strict=True):
            if "tool_calls" in value:
                yield from self._called(passage, value, draft)
                continue
            key = "thinking" if "thinking" in value else self.text
            fill = framing.filler(self._line(draft.model, draft.stamp, {**value, key: HOLE}, done=False))
            for piece in passage.pieces(draft.chunk_size):
                if not isinstance(piece, str):
                    yield piece
                elif wanted:
                    logprobs = _logprobs(draft.call, piece)
                    yield framing.event(self._line(draft.model, draft.stamp, {**value, key: piece}, done=False, logprobs=logprobs))
                else:
                    yield fill(piece)
        yield framing.event(self._line(draft.model, draft.stamp, {self.text: ""}, done=True, **self._ending(draft)))

    def _called(self, passage: Passage, value: dict[str, Any], draft: Draft) -> Iterator[Frame]:
        """A tool call streams whole, where its arguments begin."""
        said = False
        for piece in passage.pieces(draft.chunk_size):
            if not isinstance(piece, str):
                yield piece
            elif not said:
                said = True
                yield draft.framing.event(self._line(draft.model, draft.stamp, value, done=False))

    def _line(self, model: str, stamp: Stamp, said: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"model": model, "created_at": created_at(stamp), **self.message(said), **more}

    def _ending(self, draft: Draft) -> dict[str, Any]:
        """Why it ends, how much was read and written, and how long each took, in nanoseconds."""
        usage = draft.usage
        read, written = usage.input * READ, usage.output * _WRITTEN
        return {
            "done_reason": draft.finish,
            **self.context(draft),
            "total_duration": LOAD + read + written,
            "load_duration": LOAD,
            "prompt_eval_count": usage.input,
            "prompt_eval_duration": read,
            "eval_count": usage.output,
            "eval_duration": written,
        }

    def context(self, draft: Draft) -> dict[str, Any]:
        """What else stands at the end."""
        return {}

    def schema(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The JSON schema that the answer must fit."""
        wanted = body.get("format")
        return OBJECT.schema if wanted == "json" else wanted if isinstance(wanted, dict) else None

    def streams(self, body: Mapping[str, Any]) -> bool:
        """Whether a stream is wanted, as it is unless the request says no."""
        return self.field(body, "stream", bool) is not False

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return ""  # it has none

    def framing(self, call: Call) -> Framing:
        return NDJSON


def _item(key: str) -> str:
    """What the server calls an item of a list: `api.ToolCall` of `tool_calls`."""
    return f"api.{key.removesuffix('s').title().replace('_', '')}"


def created_at(stamp: Stamp) -> str:
    """The answer's time, to the nanosecond, as the server's language writes it: without zeros at the end."""
    fraction = f"{int(stamp.id('created at', 12), 16) % 10**9:09}".rstrip("0")
    return f"{stamp.timestamp[:-1]}.{fraction or '0'}Z"


def _pieces(draft: Draft) -> Iterator[str]:
    """The pieces that texts and thoughts are streamed in."""
    for passage, value in zip(draft.passages, draft.values, strict=True):
        if "tool_calls" not in value:
            yield from (piece for piece in passage.pieces(draft.chunk_size) if isinstance(piece, str))


def _logprobs(call: Call, piece: str) -> list[dict[str, Any]]:
    """How likely a piece was, and the likeliest in its place, as many as were asked for."""
    others = [_likely(token, value) for token, value in likeliest(piece, call.parameters.get("top_logprobs") or 0)]
    return [{**_likely(piece, logprob(piece)), **({"top_logprobs": others} if others else {})}]


def _likely(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": [*token.encode("utf-8", "surrogatepass")]}


def _unreadable(body: bytes) -> str:
    """What the server says of bytes that are no JSON."""
    text = body.strip()
    if not text:
        return "missing request body"
    if text[:1] in b'{["':
        return "unexpected EOF"
    return f"invalid character {chr(text[0])!r} looking for beginning of value"
