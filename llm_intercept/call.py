"""What was asked, in no provider's words: `Call`, its messages and its tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from json import loads
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args

from llm_intercept.attachments import Attachment, attachments
from llm_intercept.cut import cut
from llm_intercept.names import OperationName
from llm_intercept.redaction import hide, secrets

if TYPE_CHECKING:
    from llm_intercept.wire import Request

__all__ = ["OPERATIONS", "Call", "Message", "Modality", "Role", "Tool", "ToolChoice", "ToolResult", "ToolUse"]

Parsed = TypeVar("Parsed")

Role = Literal["system", "user", "assistant", "tool"]
Modality = Literal["text", "image", "audio"]

#: Every operation that a call can be; a closed set, so that a misspelt one is refused.
OPERATIONS: frozenset[OperationName] = frozenset(get_args(OperationName))

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the call offers: its name, description and the JSON schema of its arguments.

    `kind` is function for one that takes arguments, custom for one that takes free text, else the provider's own type.

        assert "city" in llm.calls.last.tools["get_weather"].parameters["properties"]
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=_nothing)
    kind: str = "function"


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """How free the model is: `mode` auto, none, required or named, and then the `name`.

    `allowed` are the names of the tools that it may choose from; none given are all.
    """

    mode: Literal["auto", "none", "required", "named"] = "auto"
    name: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call that stands in the history: its id, the tool's name, the arguments as sent."""

    id: str
    name: str
    arguments: Any


class ToolResult(NamedTuple):
    """What a tool gave back: the id of the call that it answers, the tool's name, and the text of its result."""

    id: str
    name: str
    text: str

    @property
    def parsed(self) -> Any:
        """The result as a value; raises `ValueError` where it is no JSON."""
        return loads(self.text)


class Message(NamedTuple):
    """One message of the history.

    `text` is its text parts, joined; `tool_uses` are the calls that an assistant message made; `tool_use_id` is what a tool
    message answers; `raw` is the message (or, where a provider packs several roles into one, its part) as it was sent.

        assert [message.role for message in llm.calls.last.messages] == ["system", "user"]
    """

    role: Role
    text: str
    tool_uses: tuple[ToolUse, ...] = ()
    tool_use_id: str | None = None
    raw: Any = None


class Call(NamedTuple):
    """One LLM call: a view of the raw request, which stays in `request` and `json`.

    `provider` and `operation` are names of closed sets, `model` is as asked, `messages` are in order, `stream` tells whether a
    stream is wanted, `schema` is the JSON schema that the answer must fit, `n` the number of choices, `parameters` the rest of
    the body by the provider's own names, `kept` what the provider has kept of what the call is about, `modality` what the answer
    must be: text, image or audio. `bare` is whether the answer is a text that fits the schema itself, and not its JSON.

        llm.on(where=lambda call: call.provider == "openai" and len(call.messages) > 20).reply("So much?")
    """

    request: Request
    provider: str
    operation: str
    dialect: str
    model: str = ""
    messages: tuple[Message, ...] = ()
    stream: bool = False
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    schema: Mapping[str, Any] | None = None
    n: int = 1
    parameters: Mapping[str, Any] = _NOTHING
    json: Any = None
    kept: Any = None
    modality: Modality = "text"
    bare: bool = False

    def __repr__(self) -> str:
        prompt = hide(self.prompt, secrets(self.request))
        return f"<{self.provider} {self.operation} {self.model!r} {cut(prompt, 60)}>"

    @property
    def system(self) -> str:
        """The text of the system (or developer) messages, joined by blank lines."""
        return "\n\n".join(message.text for message in self.messages if message.role == "system")

    @property
    def prompt(self) -> str:
        """The last user text, or an empty string."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def said_last(self) -> str | None:
        """The last user text while it is the last thing said; None after a tool result or an assistant's turn."""
        last = self.messages[-1] if self.messages else None
        return last.text if last is not None and last.role == "user" else None

    @property
    def last_user(self) -> str:
        """The last user text, or an empty string: the same as `prompt`."""
        return self.prompt

    @property
    def tool_results(self) -> tuple[ToolResult, ...]:
        """The results given since the last assistant message, in order; the name is that of the call which each answers."""
        given = [*takewhile(lambda message: message.role != "assistant", reversed(self.messages))]
        answers = [message for message in reversed(given) if message.role == "tool"]
        if not answers:
            return ()
        names = {use.id: use.name for message in self.messages for use in message.tool_uses}
        ids = [answer.tool_use_id or "" for answer in answers]
        return tuple([ToolResult(id_, names.get(id_, id_), answer.text) for id_, answer in zip(ids, answers, strict=True)])

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The images, sounds, videos and files of the messages, in order: each with its kind, type, size and digest."""
        return attachments(message.raw for message in self.messages)

    @property
    def images(self) -> tuple[Attachment, ...]:
        """The images among the attachments.

        llm.on(where=lambda call: len(call.images) > 1).reply("Two pictures.")
        """
        return tuple([one for one in self.attachments if one.kind == "image"])

    @property
    def audio(self) -> tuple[Attachment, ...]:
        """The sounds among the attachments."""
        return tuple([one for one in self.attachments if one.kind == "audio"])

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The files and documents among the attachments."""
        return tuple([one for one in self.attachments if one.kind == "file"])

    def parse(self, model: type[Parsed]) -> Parsed:
        """The last thing said, a user's text or a tool's result, read as JSON into a pydantic model or any type it knows.

        Raises `pydantic.ValidationError` for a text that does not fit.

            llm.on(where=lambda call: call.parse(Order).total > 100).reply("Ask your manager.")
        """
        from pydantic import TypeAdapter

        return TypeAdapter(model).validate_json(self.messages[-1].text if self.messages else "")

    @property
    def turn(self) -> int:
        """How many assistant messages the request holds."""
        return sum(message.role == "assistant" for message in self.messages)

    @property
    def step(self) -> int:
        """How many assistant messages stand after the last user text."""
        count = 0
        for message in reversed(self.messages):
            if message.role == "user":
                break
            count += message.role == "assistant"
        return count
