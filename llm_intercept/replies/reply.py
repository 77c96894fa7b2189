"""What is said: `Reply`, a tuple of parts and what surrounds them, and `ErrorReply`, the provider's own error."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from llm_intercept.errors import near
from llm_intercept.names import Finish
from llm_intercept.origin import origin
from llm_intercept.replies.coercion import as_part
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.forms import plain
from llm_intercept.replies.pacing import Pace
from llm_intercept.replies.parts import Citation, Default, Part, StreamEvent, Text, json_text
from llm_intercept.replies.passages import Utterance, utter
from llm_intercept.wire import Fail, Pause, RawHeaders

if TYPE_CHECKING:
    from llm_intercept.call import Call

__all__ = [
    "DEFAULT",
    "DEFAULT_TEXT",
    "FINISHES",
    "PASSTHROUGH",
    "USUAL",
    "Answer",
    "AnswerSource",
    "ErrorReply",
    "Passthrough",
    "Reply",
    "Source",
    "Usage",
    "Usual",
    "compose",
    "error",
    "reply",
    "source",
]

#: What a call is answered with when nobody said otherwise.
DEFAULT_TEXT = "This is a mock request"

#: The same as a part, which takes the form that the call demands.
DEFAULT = Default(DEFAULT_TEXT)

#: Every reason for which a completion can finish, in no provider's words.
FINISHES: frozenset[Finish] = frozenset(get_args(Finish))


class Usage(NamedTuple):
    """Token counts: `input` for what was asked, `output` for what was said.

    `reasoning` is how much of the output was thought, `cached` how much of the input was read from a cache, `cache_write` how much
    of it was written to one.
    """

    input: int
    output: int
    reasoning: int = 0
    cached: int = 0
    cache_write: int = 0

    def __repr__(self) -> str:
        return repr({name: count for name, count in self._asdict().items() if count or name in ("input", "output")})

    @property
    def total(self) -> int:
        """Input and output together."""
        return self.input + self.output

    @property
    def spoken(self) -> int:
        """The output that was not thought."""
        return self.output - self.reasoning

    @property
    def fresh(self) -> int:
        """The input that no cache had a part in."""
        return self.input - self.cached - self.cache_write


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing to say: `parts` in order, and what a provider sends around them. None means: as the provider would.

    `reply(...)` composes one.

        assert llm.calls.last.reply.parts == reply("Sunny.").parts
    """

    parts: tuple[Part, ...]
    finish: str | None = None
    usage: Usage | None = None
    model: str | None = None
    id: str | None = None
    headers: RawHeaders = ()
    chunk_size: int = 3
    delay: float = 0.0
    pace: Pace | None = None
    payload: Mapping[str, Any] | None = None
    origin: str = field(default="", compare=False)
    #: The same where a call demands no form of its objects; None where it holds none, and is said as it stands.
    plain: Reply | None = field(init=False, repr=False, compare=False)
    said: Utterance = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = plain(self.parts)
        object.__setattr__(self, "plain", None if parts is self.parts else replace(self, parts=parts))
        object.__setattr__(self, "said", utter(parts, self.chunk_size))

    def __repr__(self) -> str:
        return f"reply({', '.join([*_parts(self.parts), *_given(self)])})"


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The provider's error: its HTTP `status`, and, where given, its own `message`, `type`, `code` and `param`."""

    status: int
    message: str | None = None
    type: str | None = None
    code: str | None = None
    param: str | None = None
    retry_after: float | None = None
    headers: RawHeaders = ()
    origin: str = field(default="", compare=False)
    #: The name of what went wrong, for which a provider may have its own words, and its own status unless this one is `fixed`.
    kind: str = field(default="", kw_only=True)
    fixed: bool = field(default=False, kw_only=True)

    def __repr__(self) -> str:
        if not self.kind:
            return f"error({', '.join([repr(self.status), *_given(self)])})"
        status = [f"status={self.status}"] if self.fixed else []
        return f"{self.kind}({', '.join([*_given(self), *status])})"


def _parts(parts: tuple[Part, ...]) -> Iterator[str]:
    """The parts as they were given; what was cut into chunks is one text, and the chunks an option."""
    if parts and parts[-1] is DEFAULT and _says_nothing(parts[:-1]):
        parts = parts[:-1]
    whole = [index for index, part in enumerate(parts) if isinstance(part, Text) and part.whole]
    if not whole:
        yield from map(repr, parts)
        return
    chunks = parts[whole[0] : whole[-1] + 1]
    yield from map(repr, parts[: whole[0]])
    yield repr("".join(chunk.text for chunk in chunks if isinstance(chunk, Text)))
    yield from map(repr, parts[whole[-1] + 1 :])
    yield f"chunks={[chunk.text if isinstance(chunk, Text) else chunk for chunk in chunks]!r}"


#: Options that nobody gives.
_UNSAID = ("origin", "kind", "fixed")


def _given(value: Reply | ErrorReply) -> Iterator[str]:
    """The options that are not at their defaults, as they were given."""
    for option in fields(value):
        if option.init and option.default is not MISSING and option.name not in _UNSAID:
            given = getattr(value, option.name)
            if given != option.default:
                if option.name == "headers":
                    given = {name.decode("ascii"): text.decode("ascii") for name, text in given}
                yield f"{option.name}={given!r}"


class Passthrough:
    """Instead of a reply: the real call goes out."""

    def __repr__(self) -> str:
        return "passthrough()"


PASSTHROUGH = Passthrough()


class Usual:
    """Instead of a reply: what the endpoint answers on its own, where it is none that says replies."""

    def __repr__(self) -> str:
        return "usual"


USUAL = Usual()

Answer = Reply | ErrorReply | Usual

#: What needs no asking, for `isinstance` on the way of every call.
ANSWERS = (Reply, ErrorReply, Usual)

#: A reply, or a callable that is given the call and returns whatever can be given as a reply (or an awaitable of it).
AnswerSource = Answer | Callable[["Call"], Any | Awaitable[Any]]

#: What a rule has to say.
Source = AnswerSource | Passthrough


def _header_pairs(headers: Mapping[str, str] | None) -> RawHeaders:
    given = {str(name): str(value) for name, value in (headers or {}).items()}
    for name, value in given.items():
        if not (name + value).isascii() or not (name + value).isprintable():
            raise ValueError(f"headers={{{name!r}: {value!r}}}: a header is printable ASCII")
        if name.lower() in ("content-length", "transfer-encoding", "content-encoding"):
            raise ValueError(f"headers={{{name!r}: {value!r}}}: how the body is framed is not a reply's to say")
    return tuple((name.encode("ascii"), value.encode("ascii")) for name, value in given.items())


def _usage(value: Usage | Mapping[str, int] | None) -> Usage | None:
    if value is None or isinstance(value, Usage):
        return value
    if not isinstance(value, Mapping) or not {"input", "output"} <= value.keys() <= {*Usage._fields}:
        raise TypeError(
            f"usage= takes {{'input': n, 'output': n}}, and 'reasoning', 'cached', 'cache_write' with them, got {value!r}"
        )
    usage = Usage(**value)
    if not all(type(count) is int and count >= 0 for count in usage):
        raise ValueError(f"usage={value!r}: counts are whole numbers from 0")
    if usage.spoken < 0 or usage.fresh < 0:
        raise ValueError(f"usage={value!r}: reasoning is a part of the output, cached and cache_write are parts of the input")
    return usage


def _chunks(parts: tuple[Part, ...], chunks: Iterable[str | Pause | Fail]) -> tuple[Part, ...]:
    pieces = tuple(Text(chunk, whole=True) if isinstance(chunk, str) else chunk for chunk in chunks)
    for piece in pieces:
        if not isinstance(piece, Text | Pause | Fail):
            raise TypeError(f"chunks= takes str, pause(...) and faults, not {type(piece).__name__}")
    said = "".join(part.text for part in parts if isinstance(part, Text))
    cut = "".join(piece.text for piece in pieces if isinstance(piece, Text))
    if said and said != cut:
        raise ValueError(f"chunks= do not add up to the text of the reply: {cut!r} is not {said!r}")
    texts = [index for index, part in enumerate(parts) if isinstance(part, Text)]
    first = texts[0] if texts else 0
    return (*parts[:first], *pieces, *(part for part in parts[first:] if not isinstance(part, Text)))


def reply(
    *parts: object,
    finish: Finish | None = None,
    usage: Usage | Mapping[str, int] | None = None,
    model: str | None = None,
    id: str | None = None,  # noqa: A002  (the field's own word)
    headers: Mapping[str, str] | None = None,
    chunks: Iterable[str | Pause | Fail] | None = None,
    chunk_size: int = 3,
    delay: float = 0.0,
    pace: Pace | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Reply:
    """Compose a reply from parts.

    `parts` are text (`str`), `tool_call(...)`, `thinking(...)`, `refusal(...)`, `citation(...)`, `image(...)`, `audio(...)`,
    `native(...)`, `stream_event(...)`, `pause(...)`, a fault, or an object (dict, pydantic model) that takes the form which the
    call demands; for calls that want no completion, `embedding(...)`, `transcript(...)`, `image(...)` and `audio(...)`. `finish` is
    the finish reason in neutral words (stop, length, tool_calls, refusal, content_filter, stop_sequence, pause, context_window),
    `usage` the token counts as `{"input": n, "output": n}` and, of them, `reasoning`, `cached` and `cache_write`, `model` and `id`
    those of the completion, `headers` extra response headers. A stream cuts text into pieces of `chunk_size` graphemes, or exactly
    into `chunks`. `delay` is the time in seconds before the first byte, `pace` how fast it comes, as `Pace`; it goes before the
    interceptor's. `payload` are fields in the provider's own words, which go over the synthesized ones, in body and stream: objects
    key by key, lists item by item.

    Raises `TypeError` for what is no part, `ValueError` for an unknown finish reason and for sizes and times below their least.

        llm.on("weather").reply("Let me look.", tool_call("get_weather", city="Paris"))
    """
    if finish is not None and finish not in FINISHES:
        raise ValueError(f"finish={finish!r} is no finish reason; {near(str(finish), FINISHES)}")
    if not isinstance(chunk_size, int) or chunk_size < 1:
        raise ValueError(f"chunk_size= is a whole number from 1, got {chunk_size!r}")
    if not 0 <= delay < float("inf"):
        raise ValueError(f"delay= is a time of 0 or more seconds, got {delay!r}")
    if not isinstance(pace, Pace | None):
        raise TypeError(f"pace={pace!r}: Pace(ttft=, tokens_per_second=, jitter=) is wanted")
    said = tuple(as_part(part) for part in parts)
    _check_citations(said)
    if chunks is not None:
        said = _chunks(said, chunks)
    if _says_nothing(said):
        said = (*said, DEFAULT)
    return Reply(
        parts=said,
        finish=finish,
        usage=_usage(usage),
        model=model,
        id=id,
        headers=_header_pairs(headers),
        chunk_size=chunk_size,
        delay=delay,
        pace=pace,
        payload=None if payload is None else _payload(payload),
        origin=origin(),
    )


def _payload(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"payload= takes a mapping in the provider's own words, not {type(value).__name__}")
    return json.loads(json_text("payload=", dict(value)))  # type: ignore[no-any-return]


def _check_citations(parts: tuple[Part, ...]) -> None:
    before: Part | None = None
    for part in parts:
        if isinstance(part, Citation) and not isinstance(before, Text | Citation):
            raise TypeError(f"{part!r} stands after the text that it is about, and there is none before it")
        before = part if not isinstance(part, Pause | Fail | StreamEvent) else before


def _says_nothing(parts: tuple[Part, ...]) -> bool:
    """Whether there are only faults of what is said, and nothing that is."""
    return all(isinstance(part, Pause | Fault) for part in parts) and any(isinstance(part, Fault) for part in parts)


def error(
    status: int,
    message: str | None = None,
    *,
    type: str | None = None,  # noqa: A002  (the envelope's own word)
    code: str | None = None,
    param: str | None = None,
    retry_after: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> ErrorReply:
    """An error in the provider's own envelope.

    `status` is the HTTP status, 400 to 599. `message`, `type`, `code` and `param` default to what the provider sends with that
    status. `retry_after` is in seconds; without it a retryable error asks for an immediate retry, where the SDK honours one.
    Raises `ValueError` for a status that is no error.

        llm.on("weather").replies(error(429), "Sunny.")

    References: https://platform.openai.com/docs/guides/error-codes, https://docs.anthropic.com/en/api/errors
    """
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise ValueError(f"error(status): an HTTP status from 400 to 599, got {status!r}")
    return ErrorReply(status, message, type, code, param, retry_after, _header_pairs(headers), origin())


def source(value: object, where: str | None = None) -> AnswerSource:
    """Whatever can be given as a reply, as an `AnswerSource`; raises `TypeError`, naming the right way, for what cannot.

    `where` is the line that gave it, if that is not the caller's.
    """
    if isinstance(value, ANSWERS) or (callable(value) and not isinstance(value, type) and not hasattr(value, "model_dump")):
        return value
    given = reply(value)
    return given if where is None else replace(given, origin=where)


def compose(parts: tuple[object, ...], options: Mapping[str, Any]) -> AnswerSource:
    """What `rule.reply(*parts, **options)` means: anything that can be given as a reply, or parts to compose."""
    if not parts and not options:
        return reply(DEFAULT)
    if len(parts) == 1 and not options:
        return source(parts[0])
    return reply(*parts, **options)
