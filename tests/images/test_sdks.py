"""The real SDKs, sync and async, have images made, edited, varied and streamed."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import httpx
import openai
import pytest
import replicate
import requests
from google import genai
from google.genai import types

from llm_intercept import error, image, intercept
from tests.images.clients import CLIENTS, LINKS, Client
from tests.images.posting import PHOTO, PROMPT, Look, look
from tests.sdks.ways import WAYS, each, run, settled

#: Older models are going, as the SDKs say.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The .* method is deprecated"),
]


def every(clients: Mapping[str, Client]) -> pytest.MarkDecorator:
    cases = [pytest.param(name, way, id=f"{name} {way}") for name, client in clients.items() for way in client.ways]
    return pytest.mark.parametrize(("name", "way"), cases)


async def asked(client: Client, way: str) -> Any:
    blocking = way == "sync"
    return await settled(client.ask(client.make(pytest.importorskip(client.package), blocking), blocking))


@every(CLIENTS)
def test_the_sdk_has_an_image_of_the_prompt(name: str, way: str) -> None:
    client = CLIENTS[name]
    with intercept() as llm:
        found = look(client.told(run(way, asked, client, way)))
    assert found.size == (1024, 1024)
    assert llm.calls.one.prompt == PROMPT


@every(CLIENTS)
def test_the_sdk_has_the_image_of_a_rule(name: str, way: str) -> None:
    client = CLIENTS[name]
    with intercept() as llm:
        llm.on("lighthouse").reply(image(PHOTO))
        found = client.told(run(way, asked, client, way))
    assert look(found) == Look("PNG", (320, 160))
    assert found == PHOTO or name == "huggingface"


@every(CLIENTS)
def test_the_sdk_raises_its_own_error(name: str, way: str) -> None:
    with intercept() as llm:
        llm.on(operation={"images", "chat"}).reply(error(400, "Not today."))
        with pytest.raises(Exception, match=r"Not today|400") as raised:
            run(way, asked, CLIENTS[name], way)
    assert type(raised.value).__name__ == CLIENTS[name].refused


@every(LINKS)
def test_an_image_is_fetched_from_where_it_is(name: str, way: str) -> None:
    with intercept():
        url = run(way, asked, LINKS[name], way).data[0].url
        assert url.startswith("https://")
        assert look(requests.get(url, timeout=5).content).size == look(httpx.get(url).content).size == (1024, 1024)


async def streamed(way: str, kind: str, **more: Any) -> list[Any]:
    client = (openai.OpenAI if way == "sync" else openai.AsyncOpenAI)(api_key="k")
    stream = await settled(getattr(client.images, kind)(prompt=PROMPT, model="gpt-image-1", stream=True, partial_images=1, **more))
    return [event async for event in each(stream)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "more"), [("generate", {}), ("edit", {"image": ("a.png", PHOTO, "image/png")})])
def test_openais_events_are_of_their_own_types(way: str, kind: str, more: dict[str, Any]) -> None:
    with intercept():
        partial, completed = run(way, lambda: streamed(way, kind, **more))
    assert [type(event).__name__ for event in (partial, completed)] == [
        f"Image{'Gen' if kind == 'generate' else 'Edit'}{name}Event" for name in ("PartialImage", "Completed")
    ]
    assert look(b64decode(completed.b64_json)).size == (1024, 1024)
    assert completed.usage.output_tokens == 1056


async def varied(way: str) -> Any:
    client = (openai.OpenAI if way == "sync" else openai.AsyncOpenAI)(api_key="k")
    return await settled(client.images.create_variation(image=PHOTO, n=2, size="256x256", response_format="b64_json"))


@pytest.mark.parametrize("way", WAYS)
def test_openais_variations_are_several(way: str) -> None:
    with intercept():
        found = [b64decode(one.b64_json) for one in run(way, varied, way).data]
    assert [look(one).size for one in found] == [(256, 256)] * 2
    assert found[0] != found[1]


def test_an_error_can_be_tried_again() -> None:
    with intercept() as llm:
        llm.on(operation="images").replies(error(429), image(PHOTO))
        found = openai.OpenAI(api_key="k").images.generate(prompt=PROMPT, model="gpt-image-1")
    assert b64decode(found.data[0].b64_json) == PHOTO
    assert len(llm.calls) == 2


def test_chats_of_models_that_draw_are_answered_by_an_image_or_a_text() -> None:
    with intercept():
        client = genai.Client(api_key="k")
        models = client.models
        drawn = models.generate_content(
            model="gemini-3-pro-image",
            contents=PROMPT,
            config={"response_modalities": ["TEXT", "IMAGE"], "image_config": {"aspect_ratio": "16:9"}},
        )
        written = models.generate_content(model="gemini-3-pro-image", contents=PROMPT, config={"response_modalities": ["TEXT"]})
        whole = [chunk for chunk in models.generate_content_stream(model="gemini-3-pro-image", contents=PROMPT) if not chunk.text]
    assert look(drawn.parts[0].inline_data.data) == Look("PNG", (1360, 768))
    assert written.text == "This is a mock request"
    assert look(whole[0].parts[0].inline_data.data).size == (1024, 1024)


def test_replicates_models_that_draw_are_answered_by_an_image() -> None:
    with intercept() as llm:
        client = replicate.Client(api_token="k")
        (drawn,) = client.run("black-forest-labs/flux-schnell", input={"prompt": PROMPT, "aspect_ratio": "16:9"})
        written = client.run("meta/meta-llama-3-8b-instruct", input={"prompt": PROMPT})
        assert "".join(written) == "This is a mock request"
    assert look(drawn.read()) == Look("WEBP", (1360, 768))
    assert llm.calls[0].prompt == PROMPT


def test_googles_sdk_edits_enlarges_and_puts_into_another_context() -> None:
    client = CLIENTS["vertex"].make(genai, True)
    models = client.models
    shown = types.Image(image_bytes=PHOTO, mime_type="image/png")
    with intercept() as llm:
        made = [
            models.upscale_image(model="imagen-4.0-upscale-preview", image=shown, upscale_factor="x2"),
            models.edit_image(
                model="imagen-3.0-capability-001",
                prompt=PROMPT,
                reference_images=[types.RawReferenceImage(reference_id=1, reference_image=shown)],
                config={"number_of_images": 2},
            ),
            models.recontext_image(
                model="virtual-try-on-001",
                source=types.RecontextImageSource(person_image=shown, product_images=[types.ProductImage(product_image=shown)]),
            ),
        ]
        mask = models.segment_image(model="image-segmentation-001", source=types.SegmentImageSource(image=shown))
        safe = models.generate_images(model="imagen-4.0-generate-001", prompt=PROMPT, config={"include_safety_attributes": True})
    sizes = [[look(one.image.image_bytes).size for one in answer.generated_images] for answer in made]
    assert sizes == [[(640, 320)], [(320, 160)] * 2, [(320, 160)]]
    assert look(mask.generated_masks[0].mask.image_bytes).size == (320, 160)
    assert len(safe.generated_images) == 4
    assert safe.positive_prompt_safety_attributes.categories
    assert {call.operation for call in llm.calls} == {"images"}
