"""What OpenAI demands of what is embedded, said aloud and written down, besides what is refused as its fields are checked.

References: https://platform.openai.com/docs/api-reference/embeddings/create,
https://platform.openai.com/docs/api-reference/audio
"""

from __future__ import annotations

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.dialects.openai.fields import unfit
from llm_intercept.replies.reply import ErrorReply

__all__ = ["EMBEDDINGS", "SPEECH", "TRANSCRIPTION"]

_OPENAI, _NAMED = frozenset({"openai", "azure"}), frozenset({"openai"})

#: The models that have no voices but these.
_FIRST = ("tts-1", "tts-1-hd", "tts-1-1106", "tts-1-hd-1106")
_VOICES = ("nova", "shimmer", "echo", "onyx", "fable", "alloy", "ash", "sage", "coral")

#: The endings of files that are heard, and some of those that are not; of others it is not known.
_HEARD = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_UNHEARD = ("txt", "pdf", "json", "csv", "md", "html", "docx", "png", "jpg", "jpeg", "gif", "zip", "aac", "wma", "amr", "aiff")


def _mixed(call: Call) -> str | None:
    given = call.json.get("input")
    if not isinstance(given, list) or len({type(one) for one in given}) <= 1:
        return None
    return "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."


def _voice(call: Call) -> ErrorReply | None:
    given = call.json["voice"]
    if call.model not in _FIRST or not isinstance(given, str) or given in _VOICES:
        return None
    *most, last = map(repr, _VOICES)
    expected = f"{', '.join(most)} or {last}"
    return unfit("voice", "enum", f"Input should be {expected}", expected=expected).error


def _file(call: Call) -> str | None:
    match call.parameters.get("file"):
        case {"filename": str(name)} if name.lower().rpartition(".")[2] in _UNHEARD and "." in name:
            return f"Unrecognized file format. Supported formats: {[*_HEARD]}"
        case _:
            return None


EMBEDDINGS = (
    Clause(
        "one kind of input",
        "What is embedded is texts, or lists of tokens, and not both.",
        "https://platform.openai.com/docs/api-reference/embeddings/create",
        _mixed,
        _OPENAI,
        "input",
    ),
)
SPEECH = (
    Clause(
        "voice",
        "tts-1 and tts-1-hd have nine voices.",
        "https://platform.openai.com/docs/guides/text-to-speech#voice-options",
        _voice,
        _NAMED,
        "voice",
    ),
)
TRANSCRIPTION = (
    Clause(
        "kind of file",
        "What is written down is no text, document or image, nor AAC, WMA, AMR or AIFF, by the ending of its name.",
        "https://platform.openai.com/docs/api-reference/audio/createTranscription",
        _file,
        _OPENAI,
    ),
)
