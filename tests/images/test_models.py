"""Every body and event of images, held strictly against the SDKs' own models."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from llm_intercept import Interceptor
from llm_intercept.doctor.judges import Pydantic
from tests.images.posting import LINKED, PHOTO, PROMPT, WIRES, post

#: Where the models are, what is asked of whom, and keys that the models do not know, but providers send.
BODIES: dict[str, tuple[str, str, dict[str, Any], list[str]]] = {
    "openai": ("openai.types:ImagesResponse", "openai", {"n": 2, "background": "transparent", "quality": "high"}, []),
    "dall-e-2": ("openai.types:ImagesResponse", "dall-e-2", {}, []),
    "dall-e-3": ("openai.types:ImagesResponse", "dall-e-3", {}, []),
    "azure": ("openai.types:ImagesResponse", "azure", {}, []),
    "xai": ("openai.types:ImagesResponse", "xai", {}, []),
    "deepinfra": ("openai.types:ImagesResponse", "deepinfra", {}, []),
    "nebius": ("openai.types:ImagesResponse", "nebius", {}, ["id"]),
    "together": ("together.types:ImageFile", "together", {}, []),
}

#: The same where an image is told by its URL.
URLS: dict[str, tuple[str, list[str]]] = {
    "dall-e-2": ("openai.types:ImagesResponse", []),
    "dall-e-3": ("openai.types:ImagesResponse", []),
    "azure": ("openai.types:ImagesResponse", ["data[].content_filter_results", "data[].prompt_filter_results"]),
    "xai": ("openai.types:ImagesResponse", []),
    "together": ("together.types:ImageFile", []),
}


def judge(named: str) -> Pydantic:
    module, _, name = named.partition(":")
    pytest.importorskip(module.partition(".")[0])
    return Pydantic(getattr(import_module(module), name))


@pytest.mark.parametrize("case", BODIES)
def test_a_body_is_what_the_model_says(case: str) -> None:
    model, name, asked, unknown = BODIES[case]
    url, least = WIRES[name]
    answer = post(Interceptor(), url, json={**least, **asked})
    assert answer.status == 200
    assert judge(model).check(answer.body) == unknown


@pytest.mark.parametrize("name", URLS)
def test_a_body_of_urls_is_what_the_model_says(name: str) -> None:
    model, unknown = URLS[name]
    url, asked = LINKED[name]
    assert judge(model).check(post(Interceptor(), url, json=asked).body) == unknown


def test_an_event_of_a_stream_is_what_the_model_says() -> None:
    url, least = WIRES["openai"]
    asked = {**least, "stream": True, "partial_images": 1, "n": 2}
    answer = post(Interceptor(), url, json=asked)
    events = [json.loads(data) for _, data in answer.events]
    assert len(events) == 4
    assert {path for event in events for path in judge("openai.types:ImageGenStreamEvent").check(event)} == set()


def test_an_event_of_an_edit_is_what_the_model_says() -> None:
    asked = {"prompt": PROMPT, "model": "gpt-image-1", "stream": "true", "partial_images": "2", "output_format": "webp"}
    files = {"image": ("a.png", PHOTO, "image/png")}
    answer = post(Interceptor(), "https://api.openai.com/v1/images/edits", data=asked, files=files)
    events = [json.loads(data) for _, data in answer.events]
    assert [event["type"] for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
    assert {path for event in events for path in judge("openai.types:ImageEditStreamEvent").check(event)} == set()
