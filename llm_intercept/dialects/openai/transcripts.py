"""The forms in which what was heard is told: JSON of three kinds, plain text, and two kinds of subtitles.

Reference: https://platform.openai.com/docs/api-reference/audio
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from llm_intercept.call import Call
from llm_intercept.dialects.hearing import Heard
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.heard import Style, style_of
from llm_intercept.framing.json import dump, to_bytes
from llm_intercept.synthesis.likelihood import logprob
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.timing import Span

__all__ = ["FORMS", "Form", "Telling", "done", "logprobs", "spoken"]


class Telling(NamedTuple):
    """What is told: what was heard, to which call, and the answer's stamp."""

    heard: Heard
    call: Call
    stamp: Stamp


class Form(NamedTuple):
    """One form: its media type, and who writes it."""

    mime_type: bytes
    write: Callable[[Telling], bytes]


def _style(call: Call) -> Style:
    return style_of(flavour_of(call.provider, call.request).name)


def _costs(heard: Heard, call: Call) -> dict[str, Any]:
    """What a call costs: by the second with Whisper and where speakers are told apart, by the token elsewhere."""
    if call.operation == "translation":
        return {}
    return _style(call).costs(heard, "duration" if "whisper" in call.model or "diarize" in call.model else "tokens")


def done(heard: Heard, call: Call) -> dict[str, Any]:
    """The event that ends a stream."""
    told = {**_languages(heard, call), **logprobs(heard.pieces, call), **_style(call).costs(heard, "tokens")}
    return {"type": "transcript.text.done", "text": heard.text, **told}


def logprobs(pieces: tuple[str, ...], call: Call) -> dict[str, Any]:
    """The log probabilities of what was heard, where they are asked for."""
    if "logprobs" not in (call.parameters.get("include") or ()):
        return {}
    return {
        "logprobs": [
            {"token": piece, "logprob": logprob(piece), "bytes": list(piece.encode("utf-8", "surrogatepass"))} for piece in pieces
        ]
    }


def _speaker(call: Call) -> str:
    """Who speaks: one alone, whose name the call may tell."""
    names = call.parameters.get("known_speaker_names", ())
    return names[0] if isinstance(names, list) and names else "A"


def spoken(span: Span, index: int, call: Call) -> dict[str, Any]:
    """A sentence, and who said it."""
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{index:03}",
        "speaker": _speaker(call),
        "start": span.start,
        "end": span.end,
        "text": span.text.strip(),
    }


def _languages(heard: Heard, call: Call) -> dict[str, Any]:
    return {"languages": [{"code": heard.language}]} if call.model == "gpt-transcribe" else {}


def _json(told: Telling) -> bytes:
    heard, call, stamp = told
    top = _style(call).top(stamp)
    return dump({"text": heard.text, **_languages(heard, call), **logprobs(heard.pieces, call), **_costs(heard, call), **top})


def _verbose(told: Telling) -> bytes:
    heard, call, stamp = told
    style, wanted = _style(call), call.parameters.get("timestamp_granularities") or "segment"
    body: dict[str, Any] = {
        "task": "translate" if call.operation == "translation" else "transcribe",
        "language": style.language(heard.language),
        "duration": heard.seconds,
        "text": heard.text,
    }
    if "segment" in wanted or style.always:
        body["segments"] = [style.segment(index, span) for index, span in enumerate(heard.sentences)]
    if "word" in wanted:
        body["words"] = [{"word": span.text, "start": span.start, "end": span.end} for span in heard.words]
    return dump({**body, **_costs(heard, call), **style.top(stamp)})


def _diarized(told: Telling) -> bytes:
    heard, call, _ = told
    segments = [spoken(span, index, call) for index, span in enumerate(heard.sentences)]
    return dump({"task": "transcribe", "duration": heard.seconds, "text": heard.text, "segments": segments, **_costs(heard, call)})


def _text(told: Telling) -> bytes:
    return to_bytes(f"{told.heard.text}\n")


def _srt(told: Telling) -> bytes:
    """Reference: https://en.wikipedia.org/wiki/SubRip."""
    cues = [f"{index}\n{_cue(span, ',')}" for index, span in enumerate(told.heard.sentences, 1)]
    return to_bytes("".join(cues) + "\n")


def _vtt(told: Telling) -> bytes:
    """Reference: https://www.w3.org/TR/webvtt1/."""
    return to_bytes("WEBVTT\n\n" + "".join([_cue(span, ".") for span in told.heard.sentences]))


def _cue(span: Span, point: str) -> str:
    return f"{_clock(span.start, point)} --> {_clock(span.end, point)}\n{span.text.strip()}\n\n"


def _clock(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


_JSON, _PLAIN = b"application/json", b"text/plain; charset=utf-8"

FORMS: Mapping[str, Form] = {
    "json": Form(_JSON, _json),
    "verbose_json": Form(_JSON, _verbose),
    "diarized_json": Form(_JSON, _diarized),
    "text": Form(_PLAIN, _text),
    "srt": Form(_PLAIN, _srt),
    "vtt": Form(_PLAIN, _vtt),
}
