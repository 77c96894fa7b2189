"""A chat in the browser: an answer of Claude's is sent on, as server-sent events, while it comes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator

import anthropic
import httpx2
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI()
client = anthropic.AsyncAnthropic()
conversations: dict[str, list] = defaultdict(list)


class Message(BaseModel):
    """What somebody says."""

    text: str


@app.post("/chats/{chat}")
async def say(chat: str, message: Message) -> StreamingResponse:
    """The answer, piece by piece."""
    return StreamingResponse(_answer(conversations[chat], message.text), media_type="text/event-stream")


@app.get("/chats/{chat}")
async def history(chat: str) -> list:
    """What was said."""
    return conversations[chat]


async def _answer(conversation: list, text: str) -> AsyncIterator[str]:
    asked = [*conversation, {"role": "user", "content": text}]
    heard = ""
    try:
        async with client.messages.stream(model="claude-sonnet-5", max_tokens=1000, messages=asked) as stream:
            async for piece in stream.text_stream:
                heard += piece
                yield _event("piece", piece)
    except anthropic.APIStatusError as error:
        yield _event("error", "Too busy, try again." if error.status_code in (429, 529) else "Something went wrong.")
    except (anthropic.APIConnectionError, httpx2.TransportError):  # a stream that breaks is told by the HTTP library
        yield _event("error", f"The answer broke off after {len(heard)} characters.")
    else:
        conversation[:] = [*asked, {"role": "assistant", "content": heard}]  # what broke off is not a part of it
        yield _event("done", "")


def _event(name: str, text: str) -> str:
    return f"event: {name}\ndata: {json.dumps(text)}\n\n"
