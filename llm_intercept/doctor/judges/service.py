"""botocore's service model of bedrock-runtime: shapes, not classes. A blob is base64 text on the wire, a document any JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

from typing_extensions import Self

from llm_intercept.doctor.judges.judge import Judge, Refused
from llm_intercept.doctor.judges.paths import item, join, kind_of

__all__ = ["Service"]

_PLAIN: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (str, int, float),
}


class Service(Judge):
    """The judge of one shape."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    @classmethod
    def named(cls, name: str) -> Self:
        """The judge of a shape of bedrock-runtime; that of a stream's events takes each as `{its name: its payload}`."""
        session = resolve_name("botocore.session:Session")()
        return cls(session.get_service_model("bedrock-runtime").shape_for(name))

    def unknown(self, value: Any) -> list[str]:
        found: list[str] = []
        self._walk(value, self.shape, "", found)
        return found

    def _walk(self, value: Any, shape: Any, at: str, found: list[str]) -> None:
        match shape.type_name:
            case "structure" if getattr(shape, "is_document_type", False):
                pass
            case "structure":
                self._structure(value, shape, at, found)
            case "list":
                if type(value) is not list:
                    raise Refused(at, f"a list is wanted, not {kind_of(value)}")
                for one in value:
                    self._walk(one, shape.member, item(at, one), found)
            case "map":
                if type(value) is not dict:
                    raise Refused(at, f"an object is wanted, not {kind_of(value)}")
                for key, one in value.items():
                    self._walk(one, shape.value, join(at, key), found)
            case "blob":
                try:
                    base64.b64decode(value, validate=True)
                except (TypeError, binascii.Error):
                    raise Refused(at, "base64 text is wanted") from None
            case plain:
                _held(value, shape, plain, at)

    def _structure(self, value: Any, shape: Any, at: str, found: list[str]) -> None:
        if type(value) is not dict:
            raise Refused(at, f"{shape.name} is wanted, not {kind_of(value)}")
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for key in shape.required_members:
            if shape.members[key].serialization.get("name", key) not in value:
                raise Refused(join(at, key), f"{shape.name} wants it")
        if getattr(shape, "is_tagged_union", False) and len(value.keys() & members.keys()) > 1:
            raise Refused(at, f"{shape.name} is one of its members, not {len(value)}")
        for key, inner in value.items():
            if key in members:
                self._walk(inner, members[key], join(at, key), found)
            else:
                found.append(join(at, key))


def _held(value: Any, shape: Any, plain: str, at: str) -> None:
    if type(value) not in _PLAIN[plain]:
        raise Refused(at, f"{value!r} is no {plain}")
    if getattr(shape, "enum", None) and value not in shape.enum:
        raise Refused(at, f"{value!r} is none of {shape.enum}")
