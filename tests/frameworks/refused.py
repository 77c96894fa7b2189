"""What a framework does not tell the provider, so that nobody could answer it: by the parser and the model, what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["REFUSED"]

#: anthropic's SDK, of a schema without a type.
_NO_TYPE = {"Settings": "Schema must have a 'type', 'anyOf', 'oneOf', or 'allOf' field"}

#: pydantic-ai drops exclusive bounds for Gemini.
_UNBOUNDED = {"Experiment": "Exceeded maximum output retries"}

#: LangChain drops formats, patterns and bounds, and flattens unions, for Gemini's functions, whose names have no brackets.
_BARE = {
    **dict.fromkeys(
        (
            *("Address", "Person", "Invoice", "Resume", "Recipe", "Event", "Minutes", "Payment", "Drawing", "Formula"),
            *("Palette", "Profile", "Experiment", "Measurement", "Answer", "Host", "Quiz", "Loan"),
        ),
        "validation error",
    ),
    **dict.fromkeys(("Page[Source]", "Outcome[Page[LineItem]]"), "Invalid function name"),
    **dict.fromkeys(("Route", "Matrix", "Flight"), "items: missing field"),
    **dict.fromkeys(("Ticket", "Medication"), "Input should be a valid string"),
    **dict.fromkeys(("Employee", "Node", "Comment", "Plan"), "None"),  # the tool is offered, and not demanded
}

#: google-genai's models have no such keys; the definitions of a model that leads back to itself are inlined for ever.
_SCHEMA = {
    **dict.fromkeys(("Resume", "SearchQuery", "Settings"), "additionalProperties is only supported"),
    **dict.fromkeys(
        (
            *("LineItem", "Invoice", "Receipt", "Payment", "Drawing", "Route", "Matrix", "Palette", "Outcome[Page[LineItem]]"),
            *("Experiment", "Measurement", "Flight", "Loan"),
        ),
        "Extra inputs are not permitted",
    ),
    **dict.fromkeys(("Ticket", "Medication"), "Input should be a valid string"),
    **dict.fromkeys(("Employee", "Node", "Comment", "Formula", "Plan"), "maximum recursion depth exceeded"),
}

#: OpenAI's strict schemas have no mappings, sets, or unions told apart by a field; names of functions and schemas have no brackets.
_NO_MAPPINGS = {
    **dict.fromkeys(("SearchQuery", "Settings"), "'additionalProperties' is required to be supplied"),
    **dict.fromkeys(("Resume", "Palette"), "'uniqueItems' is not permitted"),
    **dict.fromkeys(("Payment", "Drawing", "Formula"), "'oneOf' is not permitted"),
}
_NAMES = dict.fromkeys(("Page[Source]", "Outcome[Page[LineItem]]"), "string does not match pattern")
_UNSTRICT = {**_NO_MAPPINGS, **_NAMES}

#: Nor have the names of Anthropic's tools any.
_LETTERS = dict.fromkeys(("Page[Source]", "Outcome[Page[LineItem]]"), "String should match pattern")

REFUSED: Mapping[str, Mapping[str, str]] = {
    **{f"langchain anthropic json_schema{way}": _NO_TYPE for way in ("", " async", " stream")},
    **{f"langchain anthropic function_calling{way}": _LETTERS for way in ("", " async", " stream")},
    "langchain bedrock function_calling": dict.fromkeys(_LETTERS, "Member must satisfy regular expression pattern"),
    "langchain mistral function_calling": dict.fromkeys(_LETTERS, "must be a-z, A-Z, 0-9"),
    "langchain google function_calling": _BARE,
    **{f"langchain {one} json_schema": _UNSTRICT for one in ("openai", "azure")},
    **{f"langchain {one} function_calling": _NAMES for one in ("openai", "azure")},
    "langchain openai responses json_schema": _UNSTRICT,
    "instructor openai json_schema": _NAMES,
    **{f"pydantic-ai {one} native": _NAMES for one in ("openai", "responses")},
    "langchain openai responses function_calling": _NAMES,
    "instructor openai responses_tools": _UNSTRICT,
    **{f"langchain openai json_schema {way}": _UNSTRICT for way in ("async", "stream")},
    **{f"langchain openai function_calling {way}": _NAMES for way in ("async", "stream")},
    **{f"instructor openai {mode}": _NAMES for mode in ("tools", "tools_strict", "functions")},
    **{f"instructor anthropic {mode}": _LETTERS for mode in ("anthropic_tools", "anthropic_reasoning_tools")},
    "llama-index": _NO_MAPPINGS,
    "pydantic-ai anthropic native": _NO_TYPE,
    **{f"pydantic-ai google {output}": _UNBOUNDED for output in ("tool", "native", "prompted")},
    "instructor google genai_structured_outputs": _SCHEMA,
}
