"""Images, sounds and files of a request: seen by what they are, whoever sent them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from llm_intercept import intercept
from llm_intercept.attachments import Attachment, attachments
from tests.rules.asking import anthropic_client, openai_client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))
WAV = b"RIFF" + bytes(20)
PDF = b"%PDF-1.7 " + bytes(30)
CODED, SOUND, PAPER = (b64encode(data).decode() for data in (PNG, WAV, PDF))
URL = "https://example.org/cat.png"

IMAGE = Attachment("image", PNG, "image/png")
LINKED = Attachment("image", url=URL)


def openai_chat() -> None:
    content: Any = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CODED}"}},
        {"type": "image_url", "image_url": {"url": URL}},
        {"type": "input_audio", "input_audio": {"data": SOUND, "format": "wav"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PAPER}"}},
        {"type": "file", "file": {"file_id": "file-1"}},
    ]
    openai_client().chat.completions.create(model="gpt-audio", messages=[{"role": "user", "content": content}])


def openai_responses() -> None:
    content: Any = [
        {"type": "input_image", "image_url": f"data:image/png;base64,{CODED}", "detail": "auto"},
        {"type": "input_image", "image_url": URL, "detail": "auto"},
        {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PAPER}"},
        {"type": "input_file", "file_id": "file-1"},
    ]
    openai_client().responses.create(model="gpt-5", input=[{"role": "user", "content": content}])


def anthropic_messages() -> None:
    content: Any = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": CODED}},
        {"type": "image", "source": {"type": "url", "url": URL}},
        {"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": PAPER}},
        {"type": "document", "source": {"type": "file", "file_id": "file-1"}},
    ]
    anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=[{"role": "user", "content": content}])


def gemini() -> None:
    from google import genai
    from google.genai import types

    contents = [
        types.Part.from_bytes(data=PNG, mime_type="image/png"),
        types.Part.from_uri(file_uri=URL, mime_type="image/png"),
        types.Part.from_bytes(data=WAV, mime_type="audio/wav"),
        types.Part.from_bytes(data=PDF, mime_type="application/pdf"),
    ]
    client = genai.Client(api_key="k")  # held: one that is collected is closed
    client.models.generate_content(model="gemini-2.5-flash", contents=contents)


def bedrock() -> None:
    import boto3

    client = boto3.client("bedrock-runtime", "us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
    content: Any = [
        {"image": {"format": "png", "source": {"bytes": PNG}}},
        {"document": {"format": "pdf", "name": "a-pdf", "source": {"bytes": PDF}}},
        {"text": "What is it?"},
    ]
    client.converse(modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": content}])


def ollama_chat() -> None:
    import ollama

    ollama.Client().chat("llava", [{"role": "user", "content": "What?", "images": [PNG]}])


def ollama_generate() -> None:
    import ollama

    ollama.Client().generate("llava", "What?", images=[PNG])


def cohere() -> None:
    import cohere

    content: Any = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CODED}"}}]
    cohere.ClientV2("k").chat(model="command-a-vision-07-2025", messages=[{"role": "user", "content": content}])


def mistral() -> None:
    from mistralai.client import Mistral

    content: Any = [
        {"type": "image_url", "image_url": f"data:image/png;base64,{CODED}"},
        {"type": "document_url", "document_url": "https://example.org/a.pdf", "document_name": "a.pdf"},
        {"type": "input_audio", "input_audio": "https://example.org/a.wav"},
    ]
    Mistral(api_key="k").chat.complete(model="pixtral-12b", messages=[{"role": "user", "content": content}])


FILED = (Attachment("file", PDF, "application/pdf", name="a.pdf"), Attachment("file", id="file-1"))

ASKED: dict[Callable[[], None], tuple[Attachment, ...]] = {
    openai_chat: (IMAGE, LINKED, Attachment("audio", WAV, "audio/wav"), *FILED),
    openai_responses: (IMAGE, LINKED, *FILED),
    anthropic_messages: (IMAGE, LINKED, *FILED),
    gemini: (
        IMAGE,
        LINKED._replace(mime_type="image/png"),
        Attachment("audio", WAV, "audio/wav"),
        Attachment("file", PDF, "application/pdf"),
    ),
    bedrock: (IMAGE, FILED[0]._replace(name="a-pdf")),
    ollama_chat: (IMAGE._replace(mime_type=""),),
    ollama_generate: (IMAGE._replace(mime_type=""),),
    cohere: (IMAGE,),
    mistral: (
        IMAGE,
        Attachment("file", url="https://example.org/a.pdf", name="a.pdf"),
        Attachment("audio", url="https://example.org/a.wav"),
    ),
}


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.__name__)
def test_what_a_request_carries_is_seen_whoever_sent_it(asked: Callable[[], None]) -> None:
    expected = ASKED[asked]
    with intercept("A cat.") as llm:
        llm.on(where=lambda call: len(call.images) == sum(one.kind == "image" for one in expected)).reply("A cat.")
        asked()
    call = llm.calls.one.call
    assert call.attachments == expected
    for kind, found in (("image", call.images), ("audio", call.audio), ("file", call.files)):
        assert found == tuple(one for one in expected if one.kind == kind)


#: A part as others send it, and what it is.
PARTS: list[tuple[Any, Attachment]] = [
    ({"type": "audio_url", "audio_url": {"url": URL}}, Attachment("audio", url=URL)),
    ({"type": "video_url", "video_url": URL}, Attachment("video", url=URL)),
    ({"type": "input_image", "file_id": "file-2"}, Attachment("image", id="file-2")),
    ({"type": "input_file", "file_url": URL}, Attachment("file", url=URL)),
    ({"type": "file", "file": {"file_data": PAPER}}, Attachment("file", PDF)),
    ({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Hi"}},
     Attachment("file", b"Hi", "text/plain")),
    ({"type": "image", "data": CODED, "mime_type": "image/png"}, IMAGE),
    ({"type": "document", "uri": URL, "mime_type": "application/pdf"}, Attachment("file", None, "application/pdf", URL)),
    ({"inline_data": {"data": CODED.replace("+", "-").replace("/", "_"), "mime_type": "image/png"}}, IMAGE),
    ({"file_data": {"file_uri": URL, "mime_type": "video/mp4"}}, Attachment("video", None, "video/mp4", URL)),
    ({"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://b/a.mp4"}}}},
     Attachment("video", None, "video/mp4", "s3://b/a.mp4")),
    ({"image": URL}, LINKED),
    ({"type": "image_url", "image_url": {"url": "data:image/svg+xml,%3Csvg/%3E"}}, Attachment("image", b"<svg/>", "image/svg+xml")),
    ({"type": "image", "data": "!", "mime_type": "image/png"}, Attachment("image", b"", "image/png")),
    ({"type": "image", "data": "a", "mime_type": "image/png"}, Attachment("image", b"", "image/png")),
    ({"role": "tool", "content": [{"deep": [{"image": URL}]}]}, LINKED),
]  # fmt: skip


@pytest.mark.parametrize(("part", "expected"), PARTS)
def test_a_part_is_what_it_says(part: Any, expected: Attachment) -> None:
    assert attachments([part]) == (expected,)


@pytest.mark.parametrize(
    "part",
    [
        "text",
        None,
        {"type": "text", "text": "image"},
        {"image": "a cat"},
        {"type": "image_url"},
        {"type": "image", "source": {"type": "odd"}},
        {"type": "file", "file": 3},
        {"type": "file", "file": {}},
        {"inlineData": {"mimeType": "image/png"}},
        {"inlineData": "x"},
    ],
    ids=str,
)
def test_what_is_no_attachment_is_none(part: Any) -> None:
    assert attachments([part]) == ()


def test_a_part_that_stands_in_two_messages_counts_once() -> None:
    part = {"image": URL}
    assert attachments([[part], {"content": [part]}]) == (LINKED,)


def test_an_attachment_tells_its_size_and_digest() -> None:
    assert (IMAGE.size, IMAGE.digest) == (48, sha256(PNG).hexdigest())
    assert (LINKED.size, LINKED.digest) == (None, sha256(URL.encode()).hexdigest())
    assert Attachment("file", id="file-1").digest == sha256(b"file-1").hexdigest()
    assert repr(FILED[0]) == "<file a.pdf application/pdf 39 bytes>"
    assert repr(Attachment("image", url="https://example.org/" + "x" * 80)) == f"<image https://example.org/{'x' * 37}...>"
