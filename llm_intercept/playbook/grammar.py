"""What a playbook may hold: pydantic models made of the tables of criteria and parts, so that a file can say what Python can.

Everything that is refused is refused with the near word. `python -m llm_intercept check --schema` prints the JSON schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import Unpack

from llm_intercept.errors import near
from llm_intercept.playbook.vocabulary import PARTS
from llm_intercept.replies.pacing import Pace
from llm_intercept.replies.reply import FINISHES, ErrorReply, reply
from llm_intercept.rules.criteria import CRITERIA

__all__ = ["SCHEMA", "Entry", "Playbook", "schema"]

SCHEMA = Path(__file__).parent / "playbook.schema.json"

#: What a file writes in another way than Python.
_WRITTEN: Mapping[Any, Any] = {bytes: str | dict[Literal["path"], str], int | str | ErrorReply | None: int | str | None}


class Strict(BaseModel):
    """A mapping all of whose keys are known."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, populate_by_name=False)

    #: What it is called in a message.
    what: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if isinstance(value, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in value:
                if key not in known:
                    hint = near(str(key), known)
                    raise PydanticCustomError("unknown", "no key of {what}; {hint}", {"key": key, "what": cls.what, "hint": hint})
        return value


def _fields(function: Callable[..., Any], left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """The named parameters of a function, as fields by aliases, which may be any word."""
    hints = get_type_hints(function, localns={"Unpack": Unpack})
    found: dict[str, Any] = {}
    for name, one in signature(function).parameters.items():
        if one.kind is Parameter.VAR_KEYWORD:
            (taken,) = get_args(hints[name])
            found |= {f"{key}_": (kind | None, Field(None, alias=key)) for key, kind in get_type_hints(taken).items()}
        if one.kind in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL) or name in left_out:
            continue
        kind = _WRITTEN.get(hints.get(name, Any), hints.get(name, Any))
        default = ... if one.default is Parameter.empty else one.default
        found[f"{name}_"] = (kind, Field(default, alias=name))
    return found


def _model(name: str, what: str, fields: dict[str, Any], doc: str) -> type[Strict]:
    made = create_model(name, __base__=Strict, __doc__=doc, **fields)
    made.what = what
    return made


def _doc(what: Any) -> str:
    return (getdoc(what) or "").partition("\n")[0]


#: The arguments of each part, as a mapping.
ARGUMENTS = {name: _model(name, f"{name}", _fields(make), _doc(make)) for name, make in PARTS.items()}

_PART_FIELDS: dict[str, Any] = {f"{name}_": (Any, Field(None, alias=name, description=_doc(make))) for name, make in PARTS.items()}


class _Named(Strict):
    """One part, by its name."""

    @model_validator(mode="after")
    def _one(self) -> Any:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("one", "a part is one word and what belongs to it, as in `tool_call: {name: now}`")
        return self


Part: Any = create_model("Part", __base__=_Named, **_PART_FIELDS)
Part.what = "a part of a reply"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "default"
        case str():
            return "text"
        case list():
            return "parts"
        case {"say": _}:
            return "composed"
        case _:
            return "part"


_PIECE = Annotated[
    Annotated[str, Tag("text")] | Annotated[Part, Tag("part")],
    Discriminator(lambda one: "text" if isinstance(one, str) else "part"),
]
_PIECES = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[_PIECE], Tag("parts")] | Annotated[Part, Tag("part")],
    Discriminator(_kind),
]

_OPTIONS = {
    **_fields(reply, ("headers", "usage", "chunks", "payload", "finish", "pace")),
    "finish_": (Literal[tuple(sorted(FINISHES))] | None, Field(None, alias="finish")),
    "usage_": (dict[str, int] | None, Field(None, alias="usage")),
    "headers_": (dict[str, str] | None, Field(None, alias="headers")),
    "payload_": (dict[str, Any] | None, Field(None, alias="payload")),
    "chunks_": (list[_PIECE] | None, Field(None, alias="chunks")),
    "pace_": (_model("Pace", "a pace", _fields(Pace), _doc(Pace)) | None, Field(None, alias="pace")),
}
Composed: Any = _model("Composed", "a reply", {"say_": (_PIECES, Field(alias="say")), **_OPTIONS}, "What is said, and how.")

Reply = Annotated[
    Annotated[None, Tag("default")]
    | Annotated[str, Tag("text")]
    | Annotated[list[_PIECE], Tag("parts")]
    | Annotated[Composed, Tag("composed")]
    | Annotated[Part, Tag("part")],
    Discriminator(_kind),
]

_CRITERIA: dict[str, Any] = {
    f"{name}_": (Any, Field(None, alias=name, description=_doc(one))) for name, one in CRITERIA.items() if name != "where"
}
Asked: Any = _model(
    "Asked",
    "`on`",
    {"words_": (Any, Field(None, alias="words", description="Words of the last user text.")), **_CRITERIA},
    "What is asked.",
)

_ON = Annotated[
    Annotated[str, Tag("words")] | Annotated[Asked, Tag("criteria")],
    Discriminator(lambda one: "words" if isinstance(one, str) else "criteria"),
]


class _Ruled(Strict):
    """One rule: what is asked, and what is said."""

    @model_validator(mode="after")
    def _says(self) -> Any:
        given = {name.rstrip("_") for name in self.model_fields_set}
        said = [name for name in ("reply", "replies", "converse", "passthrough") if name in given]
        if len(said) != 1:
            had = f"there are {' and '.join(said)}" if said else "there is none"
            raise PydanticCustomError("says", f"a rule has one of reply, replies, converse and passthrough; {had}")
        if {"on", "override"} <= given:
            raise PydanticCustomError("says", "a rule is asked in its turn (`on`) or before all others (`override`), not both")
        return self


Entry: Any = create_model(
    "Rule",
    __base__=_Ruled,
    on_=(_ON | None, Field(None, alias="on", description="What is asked: words of the user's text, or criteria.")),
    override_=(_ON | None, Field(None, alias="override", description="The same for a rule that is asked before all others.")),
    **_CRITERIA,
    reply_=(Reply, Field(None, alias="reply", description="What is said.")),
    then_=(list[Reply] | None, Field(None, alias="then", description="What is said after that, once each.")),
    replies_=(
        Annotated[list[Reply], Field(min_length=1)] | None,
        Field(None, alias="replies", description="What is said, once each."),
    ),
    converse_=(
        Annotated[list[Reply], Field(min_length=1)] | None,
        Field(None, alias="converse", description="What is said in the turns of a conversation."),
    ),
    passthrough_=(Literal[True] | None, Field(None, alias="passthrough", description="The real call goes.")),
    once_=(Literal[True] | None, Field(None, alias="once")),
    times_=(Annotated[int, Field(ge=1)] | None, Field(None, alias="times")),
    forever_=(Literal[True] | None, Field(None, alias="forever")),
)
Entry.what = "a rule"


class Playbook(Strict):
    """Rules, in the order in which they are asked, and what is said where none answers."""

    what: ClassVar[str] = "a playbook"

    rules: list[Entry] = []
    otherwise: Reply | None = None
    schema_: str | None = Field(None, alias="$schema")


def schema() -> str:
    """The JSON schema of a playbook, for editors."""
    made = Playbook.model_json_schema(by_alias=True)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **made}, indent=1, sort_keys=True) + "\n"
