"""Calls as a reader wants them: what was new in each, and what was said to it, as text or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from llm_intercept.redaction import hide, secrets
from llm_intercept.replies.parts import Default, Native, Object, Part, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.reply import ErrorReply, Reply

if TYPE_CHECKING:
    from llm_intercept.call import Call, Message
    from llm_intercept.journal import Entry

__all__ = ["transcript"]

#: How much of one text is shown, in characters.
_LONGEST = 2_000


class Line(NamedTuple):
    """Who says what."""

    who: str
    what: str


def transcript(entries: Iterable[Entry], *, markdown: bool = False) -> str:
    """What was asked and said, call by call."""
    form = _markdown if markdown else _text
    told = [hide(form(number, entry), secrets(entry.request)) for number, entry in enumerate(entries, 1)]
    return "\n\n".join(told)


def _text(number: int, entry: Entry) -> str:
    lines = [f"{number}. {_title(entry)}"]
    lines += [f"   {line.who}: {line.what}".replace("\n", "\n      ") for line in _lines(entry)]
    return "\n".join(lines)


def _markdown(number: int, entry: Entry) -> str:
    said = "\n>\n".join(f"> **{line.who}:** {line.what}".replace("\n", "\n> ") for line in _lines(entry))
    return f"### {number}. {_title(entry)}\n\n{said}"


def _title(entry: Entry) -> str:
    outcome = "" if entry.outcome == "complete" else f", {entry.outcome}"
    attempt = "" if entry.attempt == 1 else f", attempt {entry.attempt}"
    streamed = ", streamed" if entry.stream else ""
    return f"{entry.provider} {entry.operation} {entry.model}".rstrip() + streamed + attempt + outcome


def _lines(entry: Entry) -> Iterator[Line]:
    yield from _asked(entry.call)
    match entry.reply:
        case Reply(parts=parts):
            yield from (Line("->", _cut(said)) for said in _said(parts))
        case ErrorReply() as failed:
            yield Line("->", repr(failed))
        case None:
            pass
        case usual:
            yield Line("->", f"{usual!r} answer")


def _asked(call: Call) -> Iterator[Line]:
    """The system text where the conversation begins, and what is new since the assistant last spoke."""
    spoken = [message for message in call.messages if message.role != "system"]
    new = [*takewhile(lambda message: message.role != "assistant", reversed(spoken))][::-1]
    if len(new) == len(spoken) and call.system:
        yield Line("system", _cut(call.system))
    if len(new) < len(spoken):
        yield Line("...", f"{len(spoken) - len(new)} earlier message{'s' * (len(spoken) - len(new) != 1)}")
    names = {result.id: result.name for result in call.tool_results}
    yield from (Line(_who(message, names), _cut(message.text)) for message in new)
    for one in call.attachments:
        yield Line("with", repr(one))


def _who(message: Message, names: dict[str, str]) -> str:
    name = names.get(message.tool_use_id or "")
    return f"{message.role} {name}" if name else message.role


def _said(parts: tuple[Part, ...]) -> Iterator[str]:
    run: list[str] = []
    for part in (*parts, None):
        if isinstance(part, Text | Default):
            run.append(part.text)
            continue
        if run:
            yield "".join(run)
            run.clear()
        match part:
            case None:
                continue
            case ToolCall(name, arguments):
                yield f"{name}({arguments})"
            case Thinking(text):
                yield f"(thinks) {text}"
            case Refusal(text):
                yield f"(refuses) {text}"
            case Object(value) | Native(value):
                yield repr(value)
            case _:
                yield repr(part)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
