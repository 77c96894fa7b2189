"""4 say: what a reply is made of, and what it becomes for one call."""

from llm_intercept.replies.parts import Object, Part, Text, ToolCall, pause, tool_call
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, Source, Usage, compose, error, reply, source

__all__ = [
    "Answer",
    "ErrorReply",
    "Object",
    "Part",
    "Reply",
    "Source",
    "Text",
    "ToolCall",
    "Usage",
    "compose",
    "error",
    "pause",
    "reply",
    "source",
    "tool_call",
]
