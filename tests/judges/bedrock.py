"""botocore's service model of bedrock-runtime: shapes, not classes. A blob is base64 text on the wire, a document any JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import botocore.session

from tests.judges.judge import Judge, Refused
from tests.shapes.paths import item, join, kind_of

__all__ = ["JUDGES", "Service"]

_SERVICE = botocore.session.get_session().get_service_model("bedrock-runtime")

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
    def output(cls, operation: str) -> Service:
        """The judge of an operation's body."""
        return cls(_SERVICE.operation_model(operation).output_shape)

    @classmethod
    def events(cls, operation: str, member: str) -> Service:
        """The judge of a stream's events, each as `{its name: its payload}`: what botocore makes of a frame."""
        return cls(_SERVICE.operation_model(operation).output_shape.members[member])

    @classmethod
    def error(cls, name: str) -> Service:
        """The judge of an error's body, by its exception's name."""
        return cls(_SERVICE.shape_for(name))

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
                if type(value) not in _PLAIN[plain]:
                    raise Refused(at, f"{value!r} is no {plain}")
                if getattr(shape, "enum", None) and value not in shape.enum:
                    raise Refused(at, f"{value!r} is none of {shape.enum}")

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


#: An error's class stands in a header; "error" is what the bodies of nearly all have in common.
JUDGES: Mapping[str, Judge] = {
    "converse body": Service.output("Converse"),
    "converse event": Service.events("ConverseStream", "stream"),
    "count_tokens body": Service.output("CountTokens"),
    "error": Service.error("ValidationException"),
    **{f"{shape.name} error": Service(shape) for shape in _SERVICE.error_shapes},
}
