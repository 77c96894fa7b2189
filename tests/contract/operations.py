"""What is refused of embeddings, images, sounds and the like, each with a request that just passes and one that just fails.

Most of it is refused as the fields are checked by the dialects themselves, whose clauses have no name of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["ROWS", "Row"]


class Row(NamedTuple):
    """What a dialect demands, in a sentence, and where that is told; two requests, and the refusal: its message, param and code."""

    dialect: str
    says: str
    source: str
    passes: dict[str, Any]
    fails: dict[str, Any]
    message: str
    param: str | None = None
    code: str | None = None
    clause: str | None = None


_OPENAI = "https://platform.openai.com/docs/api-reference"
_COHERE = "https://docs.cohere.com/reference"
_INVALID = "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."
_SMALL = {"model": "text-embedding-3-small"}


def unfit(field: str, kind: str, message: str, **context: Any) -> str:
    return str([{"type": kind, "loc": ("body", field), "msg": message, **({"ctx": context} if context else {})}])


def embeddings(says: str, passes: Any, fails: Any, message: str, *more: str | None) -> Row:
    return Row("openai embeddings", says, f"{_OPENAI}/embeddings/create", {**_SMALL, **passes}, {**_SMALL, **fails}, message, *more)


def images(says: str, passes: Any, fails: Any, message: str, *more: str | None) -> Row:
    given = {"model": "gpt-image-1", "prompt": "A cat."}
    return Row("openai images", says, f"{_OPENAI}/images/create", {**given, **passes}, {**given, **fails}, message, *more)


def speech(says: str, passes: Any, fails: Any, message: str, *more: str | None) -> Row:
    given = {"model": "tts-1", "input": "Hi", "voice": "alloy"}
    return Row("openai speech", says, f"{_OPENAI}/audio/createSpeech", {**given, **passes}, {**given, **fails}, message, *more)


def heard(says: str, passes: Any, fails: Any, message: str, *more: str | None) -> Row:
    given = {"model": "whisper-1", "file": ("a.mp3", b"ID3" + bytes(64))}
    source = f"{_OPENAI}/audio/createTranscription"
    return Row("openai transcription", says, source, {**given, **passes}, {**given, **fails}, message, *more)


def moderation(says: str, passes: Any, fails: Any, message: str, *more: str | None) -> Row:
    return Row("openai moderation", says, f"{_OPENAI}/moderations/create", {"input": passes}, {"input": fails}, message, *more)


def embed(says: str, passes: Any, fails: Any, message: str) -> Row:
    given = {"model": "embed-v4.0", "input_type": "search_query", "embedding_types": ["float"], "texts": ["a"]}
    return Row("cohere embed", says, f"{_COHERE}/embed", {**given, **passes}, {**given, **fails}, f"invalid request: {message}")


def rerank(says: str, passes: Any, fails: Any, message: str) -> Row:
    given = {"model": "rerank-v3.5", "query": "a", "documents": ["b"]}
    return Row("cohere rerank", says, f"{_COHERE}/rerank", {**given, **passes}, {**given, **fails}, f"invalid request: {message}")


_FORMATS = "'mp3', 'opus', 'aac', 'flac', 'wav' or 'pcm'"
_VOICES = "'nova', 'shimmer', 'echo', 'onyx', 'fable', 'alloy', 'ash', 'sage' or 'coral'"
_HEARD = "['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']"

ROWS: tuple[Row, ...] = (
    embeddings("No text is empty.", {"input": " "}, {"input": ""}, _INVALID),
    embeddings("There are 1 to 2048 inputs.", {"input": ["a"]}, {"input": []}, _INVALID),
    embeddings("There are 1 to 2048 inputs.", {"input": ["a"] * 2048}, {"input": ["a"] * 2049}, _INVALID),
    embeddings("An input is texts, or lists of tokens.", {"input": [[1], [2]]}, {"input": ["a", [1]]}, _INVALID,
               None, None, "one kind of input"),
    embeddings("An input is texts, or lists of tokens.", {"input": "a"}, {"input": 5},
               "Invalid type for 'input': expected one of a string or array of strings or of tokens, but got an integer instead.",
               "input", "invalid_type", "openai embeddings reading"),
    embeddings("An input has at most 8192 tokens.", {"input": [1] * 8192}, {"input": [1] * 8193},
               "This model's maximum context length is 8192 tokens, however you requested 8193 tokens (8193 in your prompt; 0 for "
               "the completion). Please reduce your prompt; or completion length."),
    embeddings("text-embedding-ada-002 has one size.", {"input": "a", "model": "text-embedding-ada-002"},
               {"input": "a", "model": "text-embedding-ada-002", "dimensions": 8},
               "This model does not support specifying dimensions."),
    embeddings("`dimensions` are at most the model's.", {"input": "a", "dimensions": 1536}, {"input": "a", "dimensions": 1537},
               "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536."),
    embeddings("`dimensions` are at least 1.", {"input": "a", "dimensions": 1}, {"input": "a", "dimensions": 0},
               "Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got 0 instead.",
               "dimensions", "integer_below_min_value", "openai embeddings reading"),
    embeddings("`encoding_format` is float or base64.", {"input": "a", "encoding_format": "float"},
               {"input": "a", "encoding_format": "int8"}, "Invalid value: 'int8'. Supported values are: 'float' and 'base64'.",
               "encoding_format", "invalid_value", "openai embeddings reading"),
    images("A prompt is not empty.", {"prompt": "?"}, {"prompt": ""},
           "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.",
           "prompt", "empty_string"),
    images("A prompt is not longer than the model's longest.", {"model": "dall-e-2", "prompt": "a" * 1000},
           {"model": "dall-e-2", "prompt": "a" * 1001},
           "Invalid 'prompt': string too long. Expected a string with maximum length 1000, but got a string with length 1001 "
           "instead.",
           "prompt", "string_above_max_length"),
    images("There are at most 10 images.", {"n": 10}, {"n": 11},
           "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.", "n", "integer_above_max_value"),
    images("Of dall-e-3's there is one.", {"model": "dall-e-3", "n": 1}, {"model": "dall-e-3", "n": 2},
           "Invalid 'n': integer above maximum value. Expected a value <= 1, but got 2 instead.", "n", "integer_above_max_value"),
    images("`size` is one that the model has.", {"model": "dall-e-3", "size": "1792x1024"},
           {"model": "dall-e-3", "size": "512x512"},
           "Invalid value: '512x512'. Supported values are: '1024x1024', '1792x1024', and '1024x1792'.", "size", "invalid_value"),
    images("`quality` is one that the model has.", {"model": "dall-e-2", "quality": "standard"},
           {"model": "dall-e-2", "quality": "hd"}, "Invalid value: 'hd'. Value must be 'standard'.", "quality", "invalid_value"),
    images("gpt-image-1 takes no `response_format`.", {}, {"response_format": "url"},
           "Unknown parameter: 'response_format'.", "response_format", "unknown_parameter"),
    speech("A voice is told.", {}, {"voice": None}, unfit("voice", "missing", "Field required")),
    speech("tts-1 has nine voices.", {"voice": "coral"}, {"voice": "cedar"},
           unfit("voice", "enum", f"Input should be {_VOICES}", expected=_VOICES), None, None, "voice"),
    speech("A text has 1 to 4096 characters.", {"input": "a"}, {"input": ""},
           unfit("input", "string_too_short", "String should have at least 1 character", min_length=1)),
    speech("A text has 1 to 4096 characters.", {"input": "a" * 4096}, {"input": "a" * 4097},
           unfit("input", "string_too_long", "String should have at most 4096 characters", max_length=4096)),
    speech("`speed` is from 0.25 to 4.", {"speed": 4.0}, {"speed": 4.1},
           unfit("speed", "less_than_equal", "Input should be less than or equal to 4", le=4.0)),
    speech("`speed` is from 0.25 to 4.", {"speed": 0.25}, {"speed": 0.2},
           unfit("speed", "greater_than_equal", "Input should be greater than or equal to 0.25", ge=0.25)),
    speech("`response_format` is one that it has.", {"response_format": "opus"}, {"response_format": "ogg"},
           unfit("response_format", "enum", f"Input should be {_FORMATS}", expected=_FORMATS)),
    heard("A file is a sound.", {"file": ("a.webm", b"a" * 64)}, {"file": ("a.TXT", b"a" * 64)},
          f"Unrecognized file format. Supported formats: {_HEARD}", None, None, "kind of file"),
    heard("A file is a sound.", {"file": ("txt", b"a" * 64)}, {"file": ("a.pdf", b"%PDF")},
          f"Unrecognized file format. Supported formats: {_HEARD}", None, None, "kind of file"),
    heard("A file is not empty.", {"file": ("a.mp3", b"a")}, {"file": ("a.mp3", b"")},
          "Audio file is too short. Minimum audio length is 0.1 seconds.", "file", "audio_too_short"),
    heard("`temperature` is from 0 to 1.", {"temperature": 1}, {"temperature": 2},
          unfit("temperature", "less_than_equal", "Input should be less than or equal to 1", le=1)),
    heard("`response_format` is one that the model has.", {"model": "gpt-4o-transcribe", "response_format": "json"},
          {"model": "gpt-4o-transcribe", "response_format": "srt"},
          "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.",
          "response_format", "unsupported_value"),
    moderation("There is an input.", ["a"], [],
               "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
               "input", "empty_array"),
    moderation("A part is a text or an image.", [{"type": "text", "text": "a"}], [{"type": "audio"}],
               "Invalid value: 'audio'. Supported values are: 'text' and 'image_url'.", "input[0].type", "invalid_value",
               "openai moderation reading"),
    Row("openai completions", "There are at most 128 choices.", f"{_OPENAI}/completions/create",
        {"model": "gpt-3.5-turbo-instruct", "prompt": "a", "n": 128}, {"model": "gpt-3.5-turbo-instruct", "prompt": "a", "n": 129},
        "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.", "n", "integer_above_max_value"),
    embed("There are 1 to 96 texts.", {"texts": ["a"] * 96}, {"texts": ["a"] * 97},
          "total number of texts must be at most 96 - received 97"),
    embed("There are 1 to 96 texts.", {}, {"texts": []},
          "at least one of texts, images or inputs must be provided and not be empty"),
    embed("`input_type` is told.", {}, {"input_type": None}, "valid input_type must be provided with the provided model"),
    rerank("There are documents.", {}, {"documents": []}, "list of documents must not be empty"),
    rerank("A query is not empty.", {}, {"query": ""}, "query must not be empty or be only whitespace"),
)  # fmt: skip
