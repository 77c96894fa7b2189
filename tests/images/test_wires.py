"""What each wire makes of what is asked: sizes, formats, numbers, rules, streams, and what is told of an image by its URL."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, audio, disconnect, error, image, pause, reply
from tests.dialects.wire import Answered
from tests.images.posting import LINKED, PHOTO, PROMPT, WIRES, Look, draw, fetch, look, post

EVERY = pytest.mark.parametrize("name", WIRES)

#: How many are asked for.
SEVERAL: dict[str, dict[str, Any]] = {
    **{name: {"n": 2} for name in ("openai", "dall-e-2", "azure", "together", "xai", "deepinfra", "nebius")},
    **{name: {"parameters": {"sampleCount": 2}} for name in ("gemini", "vertex")},
    **{name: {"imageGenerationConfig": {"numberOfImages": 2}} for name in ("nova canvas", "titan")},
}


@EVERY
def test_by_default_the_image_shows_the_prompt(name: str) -> None:
    llm = Interceptor()
    first, again = draw(llm, name), draw(llm, name)
    assert look(first[0]).size == (1024, 1024)
    assert first == again
    assert [call.prompt for call in llm.calls] == [PROMPT, PROMPT]
    assert {call.operation for call in llm.calls} == {"images"}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_images_of_a_call_differ(name: str) -> None:
    images = draw(Interceptor(), name, **SEVERAL[name])
    assert len(images) == len(set(images)) == 2


@EVERY
def test_a_rule_gives_the_image(name: str) -> None:
    llm = Interceptor()
    llm.on("lighthouse").reply(image(PHOTO))
    assert set(draw(llm, name)) == {PHOTO}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_rule_gives_each_its_image_or_is_refused(name: str) -> None:
    llm = Interceptor()
    llm.on().replies(reply(image(b"1"), image(b"2")), reply(image(b"1"), image(b"2"), image(b"3")), audio(b"1"))
    assert draw(llm, name, **SEVERAL[name]) == [b"1", b"2"]
    with pytest.raises(CannotSay, match="3 images where 2 are asked for; give one for all of them, or one each"):
        draw(llm, name, **SEVERAL[name])
    with pytest.raises(CannotSay, match="cannot say a sound"):
        draw(llm, name, **SEVERAL[name])


#: What is asked of a wire, and how its image looks.
ASKED: dict[str, tuple[str, dict[str, Any], Look]] = {
    "openai: a size": ("openai", {"size": "1536x1024"}, Look("PNG", (1536, 1024))),
    "openai: left to the model": ("openai", {"size": "auto"}, Look("PNG", (1024, 1024))),
    "openai: any size": ("openai v2", {"size": "1600x912"}, Look("PNG", (1600, 912))),
    "openai: a clear png": ("openai", {"background": "transparent"}, Look("PNG", (1024, 1024), True)),
    "openai: a clear webp": ("openai", {"background": "transparent", "output_format": "webp"}, Look("WEBP", (1024, 1024), True)),
    "openai: a jpeg": ("openai", {"output_format": "jpeg", "output_compression": 50}, Look("JPEG", (1024, 1024))),
    "dall-e-2: small": ("dall-e-2", {"size": "256x256"}, Look("PNG", (256, 256))),
    "dall-e-3: wide": ("dall-e-3", {"size": "1792x1024", "quality": "hd", "style": "vivid"}, Look("PNG", (1792, 1024))),
    "together: its sides": ("together", {"width": 640, "height": 384}, Look("JPEG", (640, 384))),
    "together: a png": ("together", {"output_format": "png"}, Look("PNG", (1024, 1024))),
    "xai: a ratio": ("xai", {"aspect_ratio": "16:9"}, Look("JPEG", (1360, 768))),
    "xai: no ratio": ("xai", {"aspect_ratio": "0:9"}, Look("JPEG", (1024, 1024))),
    "xai: too thin": ("xai", {"aspect_ratio": "1:9999"}, Look("JPEG", (1024, 1024))),
    "deepinfra: too large": ("deepinfra", {"size": "99999x99999"}, Look("PNG", (1024, 1024))),
    "deepinfra: its own format": ("deepinfra", {"output_format": "bmp"}, Look("PNG", (1024, 1024))),
    "nebius: an ending": ("nebius", {"response_extension": "jpg"}, Look("JPEG", (1024, 1024))),
    "gemini: a ratio": ("gemini", {"parameters": {"aspectRatio": "9:16"}}, Look("PNG", (768, 1408))),
    "gemini: larger": ("gemini", {"parameters": {"sampleImageSize": "2K", "sampleCount": 1}}, Look("PNG", (2048, 2048))),
    "vertex: a jpeg": ("vertex", {"parameters": {"outputOptions": {"mimeType": "image/jpeg"}}}, Look("JPEG", (1024, 1024))),
    "vertex: too large": (
        "vertex",
        {
            "instances": [{"image": {"bytesBase64Encoded": b64encode(draw(Interceptor(), "vertex")[0]).decode()}}],
            "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x4"}, "sampleImageSize": "2K"},
        },
        Look("PNG", (4096, 4096)),
    ),
    "nova canvas": ("nova canvas", {"imageGenerationConfig": {"width": 512, "height": 320}}, Look("PNG", (512, 320))),
    "nova canvas: a background removed": (
        "nova canvas",
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": b64encode(PHOTO).decode()}},
        Look("PNG", (320, 160), True),
    ),
    "nova canvas: variations": (
        "nova canvas",
        {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": [b64encode(PHOTO).decode()], "text": PROMPT}},
        Look("PNG", (320, 160)),
    ),
    "sdxl": ("sdxl", {"width": 512, "height": 640, "seed": 7}, Look("PNG", (512, 640))),
    "stability: a ratio": ("stability", {"aspect_ratio": "16:9", "output_format": "jpeg"}, Look("JPEG", (1360, 768))),
    "stability: an image": ("stability", {"image": b64encode(PHOTO).decode()}, Look("PNG", (320, 160))),
    "huggingface": ("huggingface", {"parameters": {"width": 512, "height": 256}}, Look("JPEG", (512, 256))),
}


@pytest.mark.parametrize("case", ASKED)
def test_the_image_is_as_asked(case: str) -> None:
    name, asked, meant = ASKED[case]
    assert look(draw(Interceptor(), name, **asked)[0]) == meant


@pytest.mark.parametrize("name", LINKED)
def test_an_image_is_where_its_url_says(name: str) -> None:
    url, asked = LINKED[name]
    llm = Interceptor()
    llm.on().replies(image(PHOTO), reply())
    for meant in (PHOTO, None):
        told = json.loads(post(llm, url, json=asked).body)["data"][0]
        assert "b64_json" not in told
        assert told["url"].startswith(url.partition("/images/")[0] + "/images/files/img-")
        found = fetch(llm, told["url"])
        assert found.body == meant if meant else look(found.body).size == (1024, 1024)
        assert found.headers["content-type"] in ("image/png", "image/jpeg")
    assert [call.operation for call in llm.calls] == ["images", "retrieve"] * 2


def test_an_image_that_nobody_made_is_plausible() -> None:
    found = fetch(Interceptor(), f"https://api.openai.com/v1/images/files/img-{'0' * 24}.webp")
    assert (found.headers["content-type"], look(found.body)) == ("image/webp", Look("WEBP", (1024, 1024)))


@pytest.mark.parametrize("said", [error(500), {"data": []}], ids=repr)
def test_nothing_is_kept_of_what_shows_no_image(said: Any) -> None:
    llm = Interceptor()
    llm.on(operation="images").reply(said)
    answer = post(llm, *LINKED["dall-e-2"][:1], json=LINKED["dall-e-2"][1])
    assert answer.status == (500 if said != {"data": []} else 200)


# edits and variations

_EDITS = "https://api.openai.com/v1/images/edits"


def edit(llm: Interceptor, files: list[tuple[str, bytes]], url: str = _EDITS, **asked: str) -> Answered:
    return post(llm, url, files=[(name, ("a.png", data, "image/png")) for name, data in files], data=asked)


def drawn(answer: Answered) -> bytes:
    assert answer.status == 200, answer.body
    return b64decode(json.loads(answer.body)["data"][0]["b64_json"])


def test_an_edit_shows_its_prompt_and_what_is_edited() -> None:
    llm, other, url = Interceptor(), draw(Interceptor(), "openai")[0], {"image_url": "https://x.test/a.png"}
    asked = {"prompt": PROMPT, "model": "gpt-image-1"}
    made = [
        drawn(edit(llm, [("image", PHOTO)], **asked)),
        drawn(edit(llm, [("image[]", PHOTO), ("image[]", other)], **asked)),
        drawn(edit(llm, [("image", other), ("mask", PHOTO)], **asked)),
        drawn(post(llm, _EDITS, json={**asked, "images": [url]})),
        drawn(post(llm, _EDITS, json={**asked, "images": [{"file_id": "file-1"}]})),
    ]
    assert len(set(made)) == len(made)
    assert drawn(edit(llm, [("image", PHOTO)], **asked)) == made[0]
    assert {call.prompt for call in llm.calls} == {PROMPT}


def test_what_is_brought_along_is_counted() -> None:
    answer = edit(Interceptor(), [("image[]", PHOTO), ("image[]", b"no image")], prompt=PROMPT, model="gpt-image-1", quality="low")
    told = json.loads(answer.body)["usage"]
    seen = (65 + 129 * 2) + (65 + 129)
    assert told["input_tokens_details"] == {"text_tokens": len(PROMPT) // 4, "image_tokens": seen}
    assert (told["output_tokens"], told["total_tokens"]) == (272, told["input_tokens"] + 272)


def test_a_form_tells_its_numbers_as_text() -> None:
    llm = Interceptor()
    answer = edit(llm, [("image", PHOTO)], prompt=PROMPT, model="dall-e-2", n="3", size="512x512", response_format="b64_json")
    assert len(json.loads(answer.body)["data"]) == 3
    assert look(drawn(answer)).size == (512, 512)
    varied = edit(llm, [("image", PHOTO)], "https://api.openai.com/v1/images/variations", n="2", response_format="b64_json")
    assert len({one["b64_json"] for one in json.loads(varied.body)["data"]}) == 2
    assert llm.calls.last.prompt == ""


# streams


def streamed(llm: Interceptor, **more: Any) -> list[dict[str, Any]]:
    url, least = WIRES["openai"]
    answer = post(llm, url, json={**least, "stream": True, **more})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [(name, json.loads(data)) for name, data in answer.events]
    assert all((name.decode() if isinstance(name, bytes) else name) == event["type"] for name, event in events)
    return [event for _, event in events]


def test_a_stream_shows_some_of_an_image_before_the_whole() -> None:
    told = streamed(Interceptor(), partial_images=2, size="1024x1536", background="transparent")
    assert [event["type"].rpartition(".")[2] for event in told] == ["partial_image", "partial_image", "completed"]
    assert [event["partial_image_index"] for event in told[:-1]] == [0, 1]
    assert all(look(b64decode(event["b64_json"])) == Look("PNG", (1024, 1536), True) for event in told)
    assert told[-1]["usage"]["output_tokens"] == 1584
    assert {event["size"] for event in told} == {"1024x1536"}


def test_each_image_of_a_stream_is_another_or_a_rules() -> None:
    llm = Interceptor()
    made = [event["b64_json"] for event in streamed(llm, n=2)]
    assert [b64decode(one) for one in made] == draw(llm, "openai", n=2)
    llm.on().replies(image(b"1"), reply(image(b"1"), image(b"2")))
    assert [b64decode(event["b64_json"]) for event in streamed(llm, n=2)] == [b"1", b"1"]
    assert [b64decode(event["b64_json"]) for event in streamed(llm, n=2)] == [b"1", b"2"]


def test_a_fault_stands_in_a_stream_where_it_stands_in_the_reply() -> None:
    llm = Interceptor()
    llm.on().replies(reply(image(b"1"), pause(0), disconnect()), reply(image(b"1"), disconnect()))
    with pytest.raises(Exception, match=r"disconnect|closed|incomplete"):
        streamed(llm, partial_images=1)
    with pytest.raises(Exception, match=r"disconnect|closed|incomplete"):
        draw(llm, "dall-e-2")


# Google's and Amazon's own


def test_vertex_tells_what_is_asked_of_each_image() -> None:
    url, least = WIRES["vertex"]
    asked = {"sampleCount": 1, "enhancePrompt": True, "includeSafetyAttributes": True, "storageUri": "gs://mine/"}
    first, judged = json.loads(post(Interceptor(), url, json={**least, "parameters": asked}).body)["predictions"]
    assert first["prompt"] == PROMPT
    assert first["gcsUri"].startswith("gs://mine/")
    assert first["gcsUri"].endswith("/sample_0.png")
    assert first["safetyAttributes"]["categories"]
    assert judged["contentType"] == "Positive Prompt"


def test_vertex_edits_what_it_is_shown() -> None:
    llm, url = Interceptor(), WIRES["vertex"][0]
    held = {"bytesBase64Encoded": b64encode(PHOTO).decode()}
    made = []
    for instance in ({"referenceImages": [{"referenceImage": held}]}, {"referenceImages": [{"referenceId": 1}], "image": held},
                     {"personImage": {"image": {"gcsUri": "gs://a/b"}}}, {"productImages": [{"image": held}]}):  # fmt: skip
        told = json.loads(post(llm, url, json={"instances": [{"prompt": PROMPT, **instance}]}).body)["predictions"]
        made.append(b64decode(told[0]["bytesBase64Encoded"]))
    assert [look(data).size for data in made] == [(320, 160), (320, 160), (1024, 1024), (320, 160)]


def test_stability_tells_its_seeds() -> None:
    told = [
        json.loads(post(Interceptor(), WIRES[name][0], json={**WIRES[name][1], "seed": 7}).body) for name in ("sdxl", "stability")
    ]
    assert told[0]["artifacts"][0]["seed"] == told[1]["seeds"][0] == 7
    assert json.loads(post(Interceptor(), WIRES["stability"][0], json=WIRES["stability"][1]).body)["seeds"][0] > 0


def test_hugging_face_takes_an_image_too() -> None:
    url, llm = WIRES["huggingface"][0], Interceptor()
    raw = post(llm, url, content=PHOTO, headers={"content-type": "image/png", "accept": "image/png"})
    asked = {"inputs": b64encode(PHOTO).decode(), "parameters": {"prompt": PROMPT}}
    told = post(llm, url, json=asked, headers={"accept": "image/png"})
    assert [look(answer.body) for answer in (raw, told)] == [Look("PNG", (320, 160))] * 2
    assert [call.prompt for call in llm.calls] == ["", PROMPT]
    assert raw.body != told.body
