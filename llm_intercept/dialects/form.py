"""What a call with a file says: the fields of its form, and of the file what it is called, said to be, and how large it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing import multipart
from llm_intercept.framing.json import load
from llm_intercept.synthesis.sound import wav_seconds
from llm_intercept.wire import Request

__all__ = ["asked_of"]


def asked_of(request: Request, refuse: Callable[[str], Malformed]) -> dict[str, Any]:
    """The fields of a form, or the keys of a JSON object; `refuse` says that it is neither.

    A file is its `filename`, `content_type` and `size`, and `seconds`, how long it sounds, where it is a wav.
    """
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            asked = load(request.body)
            if not isinstance(asked, dict):
                raise ValueError("it is no object")
            return asked
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(request.body.decode("utf-8", "replace"))
            return multipart.Form(tuple([multipart.Field(name, value.encode()) for name, value in pairs])).values
        form = multipart.read(request.header("content-type"), request.body)
    except ValueError as wrong:
        raise refuse(str(wrong)) from None
    return {**form.values, **{field.key: _file(field) for field in form.fields if field.is_file}}


def _file(field: multipart.Field) -> dict[str, Any]:
    told = {"filename": field.filename, "content_type": field.content_type, "size": len(field.data)}
    return {**told, "seconds": wav_seconds(field.data)}
