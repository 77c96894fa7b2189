"""A streamed message through the real Anthropic SDK, sync and async."""

import asyncio

from anthropic import Anthropic, AsyncAnthropic

from llm_intercept import intercept, pause, reply

QUESTION = {"model": "claude-sonnet-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Tell me a story."}]}


def main() -> None:
    with intercept("Once upon a time."), Anthropic().messages.stream(**QUESTION) as stream:
        pieces = list(stream.text_stream)
    print(pieces)
    assert "".join(pieces) == "Once upon a time."
    asyncio.run(paced())


async def paced() -> None:
    """The pieces are yours to choose, and so is the pace."""
    with intercept(reply(chunks=["Once ", "upon ", pause(0.01), "a time."])):
        async with AsyncAnthropic().messages.stream(**QUESTION) as stream:
            pieces = [piece async for piece in stream.text_stream]
    print(pieces)
    assert pieces == ["Once ", "upon ", "a time."]


if __name__ == "__main__":
    main()
