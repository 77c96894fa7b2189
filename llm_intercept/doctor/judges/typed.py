"""A judge that walks a document along type annotations: models, dataclasses, attrs, TypedDicts, unions, enums, literals."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from pkgutil import resolve_name
from typing import Any, ClassVar, NamedTuple, cast

import typing_extensions
from pydantic import BaseModel, RootModel, TypeAdapter

from llm_intercept.doctor.judges.judge import Judge, Refused
from llm_intercept.doctor.judges.paths import item, join, kind_of

__all__ = ["Loose", "Seen", "Typed"]


class Seen(NamedTuple):
    """A document without what the model does not know, and the paths of that."""

    value: Any
    unknown: list[str]


class Field(NamedTuple):
    """A key as it stands on the wire, its type, and whether it must be there."""

    key: str
    type: Any
    required: bool


_Tags = Sequence[tuple[str, tuple[Any, ...]]]


class Typed(Judge):
    """The judge of any annotation."""

    #: Whether a field that is missing is refused.
    required: ClassVar[bool] = True

    def __init__(self, of: Any) -> None:
        self.of = of
        #: Kept by the judge, not for good: a class may have another field the next time.
        self._fields: dict[Any, Mapping[str, Field]] = {}
        #: The same of a union's members, by their ids, since not every annotation is hashable; kept, so that an id stays one's.
        self._tags: dict[int, tuple[Any, _Tags]] = {}

    def unknown(self, value: Any) -> list[str]:
        return self.walk(value, self.of, "").unknown

    def walk(self, value: Any, of: Any, at: str) -> Seen:
        """What an annotation makes of a value; raises `Refused`."""
        origin, args = typing_extensions.get_origin(of), typing_extensions.get_args(of)
        if of is Any or of is object:
            return Seen(value, [])
        if origin in _THROUGH:
            return self.walk(value, args[0], at)
        if isinstance(of, typing_extensions.TypeAliasType):
            return self.walk(value, of.__value__, at)
        if isinstance(origin, typing_extensions.TypeAliasType):
            return self.walk(value, origin.__value__[args], at)
        if isinstance(of, typing.TypeVar):
            return self.walk(value, of.__bound__ or Any, at)
        if origin is typing.Literal:
            return _held(value, at, any(value == one and type(value) is type(one) for one in args), f"none of {args}")
        if origin in (typing.Union, types.UnionType):
            return self._union(value, args, at)
        if origin in _LISTS or of in _LISTS:
            return self._list(value, args, at)
        if origin in _MAPS or of in _MAPS:
            return self._map(value, args, at)
        if isinstance(of, type):
            return self._class(value, of, at)
        raise TypeError(f"{at}: {of!r} is no annotation that is known here")

    def _class(self, value: Any, of: type, at: str) -> Seen:
        if of in _PLAIN:
            return _held(value, at, type(value) in _PLAIN[of], f"no {of.__name__}")
        if issubclass(of, enum.Enum):
            return _held(value, at, value in [one.value for one in of], f"no {of.__name__}")
        if issubclass(of, RootModel):
            return self.walk(value, of.model_fields["root"].annotation, at)
        if _has_fields(of):
            return self._object(value, of, at)
        leaf: TypeAdapter[Any] = _leaf(cast(Any, of))
        # Dates, bytes in base64 and the like: pydantic's own idea of their JSON.
        try:
            leaf.validate_python(value)
        except ValueError as wrong:
            raise Refused(at, str(wrong)) from None
        return Seen(value, [])

    def _union(self, value: Any, members: Sequence[Any], at: str) -> Seen:
        """The member that knows most of the value."""
        seen: list[Seen] = []
        refused: list[Refused] = []
        closed = _closed(members)
        # Most of a long union is told apart by a literal: those are not walked, unless nothing else is left to say why.
        for member in [one for one in closed if not self._told_apart(one, value)] or closed:
            try:
                seen.append(self.walk(value, member, at))
            except Refused as why:
                refused.append(why)
            else:
                if not seen[-1].unknown:
                    return seen[-1]
        if seen:
            return min(seen, key=lambda one: len(one.unknown))
        # The member that went furthest is the one that was meant.
        raise max(refused, key=lambda why: len(why.at)) if refused else Refused(at, "nothing can stand here")

    def _list(self, value: Any, args: Sequence[Any], at: str) -> Seen:
        if type(value) is not list:
            raise Refused(at, f"a list is wanted, not {kind_of(value)}")
        if len(args) == 2 and args[1] is not Ellipsis:
            if len(value) != len(args):
                raise Refused(at, f"{len(args)} items are wanted")
            return _together([self.walk(one, of, item(at, one)) for one, of in zip(value, args, strict=True)])
        return _together([self.walk(one, args[0] if args else Any, item(at, one)) for one in value])

    def _map(self, value: Any, args: Sequence[Any], at: str) -> Seen:
        if type(value) is not dict:
            raise Refused(at, f"an object is wanted, not {kind_of(value)}")
        found = {key: self.walk(inner, args[1] if args else Any, join(at, key)) for key, inner in value.items()}
        return Seen({key: one.value for key, one in found.items()}, [path for one in found.values() for path in one.unknown])

    def _object(self, value: Any, of: type, at: str) -> Seen:
        if type(value) is not dict:
            raise Refused(at, f"{of.__name__} is wanted, not {kind_of(value)}")
        fields = self._fields_of(of)
        found: dict[str, Any] = {}
        unknown = [join(at, key) for key in value if key not in fields]
        for key, field in fields.items():
            if key in value:
                found[key], more = self.walk(value[key], field.type, join(at, key))
                unknown += more
        for key, field in fields.items():
            if field.required and self.required and key not in value:
                raise Refused(join(at, key), f"{of.__name__} wants it")
        return Seen(found, unknown)

    def _fields_of(self, of: Any) -> Mapping[str, Field]:
        if of not in self._fields:
            self._fields[of] = _fields(of)
        return self._fields[of]

    def _told_apart(self, member: Any, value: Any) -> bool:
        """Whether one of a class's literals is another than the value's."""
        return type(value) is dict and any(key in value and value[key] not in words for key, words in self._tags_of(member))

    def _tags_of(self, member: Any) -> _Tags:
        """The keys of a class that hold one of a few words."""
        if id(member) not in self._tags:
            of = member
            while typing_extensions.get_origin(of) in _THROUGH:
                of = typing_extensions.get_args(of)[0]
            fields = self._fields_of(of) if _has_fields(of) else {}
            told = {key: field.type for key, field in fields.items() if typing_extensions.get_origin(field.type) is typing.Literal}
            self._tags[id(member)] = member, [(key, typing_extensions.get_args(words)) for key, words in told.items()]
        return self._tags[id(member)][1]


class Loose(Typed):
    """The same by types and keys alone, for models whose own parser takes a missing field for None."""

    required = False


def _held(value: Any, at: str, fits: bool, why: str) -> Seen:
    if not fits:
        raise Refused(at, f"{value!r} is {why}")
    return Seen(value, [])


def _together(seen: Iterable[Seen]) -> Seen:
    found = [*seen]
    return Seen([one.value for one in found], [path for one in found for path in one.unknown])


def _closed(members: Sequence[Any]) -> Sequence[Any]:
    """A union without what its generator added for values from the future: an SDK reads those, a provider does not send them.

    Fern adds `Any` to its literals, Speakeasy `UnrecognizedStr` and `Unknown...` models, and `Unset` for what is not there.
    """
    listed = any(typing_extensions.get_origin(one) is typing.Literal for one in members)
    return [one for one in members if not (listed and one is Any) and not _open(one)]


def _open(member: Any) -> bool:
    return isinstance(member, type) and (
        member.__name__ in ("Unset", "UnrecognizedStr", "UnrecognizedInt") or "is_unknown" in getattr(member, "model_fields", ())
    )


def _has_fields(of: Any) -> bool:
    return isinstance(of, type) and any(has_fields(of) for has_fields, _ in _CLASSES)


def _fields(of: Any) -> Mapping[str, Field]:
    """The fields of a class by their keys on the wire, those that tell members of a union apart first."""
    found = next(told(of) for has_fields, told in _CLASSES if has_fields(of))
    order = sorted(found, key=lambda field: typing_extensions.get_origin(field.type) is not typing.Literal)
    return {field.key: field for field in order}


def _model(of: type[BaseModel]) -> Collection[Field]:
    if not of.__pydantic_complete__:
        of.model_rebuild()
    return [
        Field(info.validation_alias if isinstance(info.validation_alias, str) else name, info.annotation, info.is_required())
        for name, info in of.model_fields.items()
    ]


def _dataclass(of: Any) -> Collection[Field]:
    hints = typing_extensions.get_type_hints(of, include_extras=True)
    return [
        Field(one.name, hints[one.name], one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING)
        for one in dataclasses.fields(of)
    ]


def _attrs(of: Any) -> Collection[Field]:
    hints = typing_extensions.get_type_hints(of, include_extras=True)
    return [Field(one.name, hints[one.name], one.default is resolve_name("attr:NOTHING")) for one in of.__attrs_attrs__]


def _typed_dict(of: Any) -> Collection[Field]:
    hints = typing_extensions.get_type_hints(of, include_extras=True)
    return [
        Field(name, hint, of.__total__ and cast(Any, typing_extensions.get_origin(hint)) is not typing_extensions.NotRequired)
        for name, hint in hints.items()
    ]


#: What has fields, and what tells them.
_CLASSES: Sequence[tuple[Callable[[type], bool], Callable[[Any], Collection[Field]]]] = (
    (typing_extensions.is_typeddict, _typed_dict),
    (lambda of: issubclass(of, BaseModel), _model),
    (dataclasses.is_dataclass, _dataclass),
    (lambda of: hasattr(of, "__attrs_attrs__"), _attrs),
)


@cache
def _leaf(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


_PLAIN: Mapping[type, tuple[type, ...]] = {
    bool: (bool,),
    int: (int,),
    float: (int, float),
    str: (str,),
    type(None): (type(None),),
}
_LISTS = (list, tuple, set, frozenset, Sequence, Iterable, Collection, typing.List, typing.Sequence)  # noqa: UP006
_MAPS = (dict, Mapping, typing.Dict, typing.Mapping)  # noqa: UP006
_THROUGH = (typing_extensions.Annotated, typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly)
