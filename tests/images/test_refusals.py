"""What is malformed gets the provider's own refusal; what can be read is answered where the contract is off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import Interceptor
from tests.images.posting import PHOTO, PROMPT, WIRES, post

HIGH = "integer above maximum value. Expected a value <= "

#: The wire, what is asked, the status, and a piece of what is said, which names the parameter on OpenAI's.
ASKED: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "no prompt": ("openai", {"prompt": None}, 400, "Missing required parameter: 'prompt'."),
    "a prompt that is none": ("openai", {"prompt": 7}, 400, "Invalid type for 'prompt'"),
    "an n that is none": ("openai", {"n": "two"}, 400, "Invalid type for 'n': expected an integer, but got a string instead."),
    "no images": ("openai", {"n": 0}, 400, "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."),
    "past all bounds": ("openai", {"n": 1000}, 400, "Invalid 'n'"),
    "a stream that is none": ("openai", {"stream": 7}, 400, "Invalid type for 'stream': expected a boolean"),
    "a model that is none": ("openai", {"model": 7}, 400, "Invalid type for 'model': expected a string"),
    "huggingface: no words": ("huggingface", {"inputs": None}, 422, "missing field `inputs`"),
    "gemini: no instances": ("gemini", {"instances": []}, 400, "Empty instances."),
    "gemini: no prompt": ("gemini", {"instances": [{}]}, 400, "Missing struct property: prompt. (instances[0])"),
    "gemini: a prompt that is none": ("gemini", {"instances": [{"prompt": 7}]}, 400, "Invalid value at 'instances[0].prompt'"),
    "vertex: too many": ("vertex", {"parameters": {"sampleCount": 9}}, 400, "between 1 and 8, got 9"),
    "vertex: a number that is none": (
        "vertex",
        {"parameters": {"sampleCount": "4"}},
        400,
        "Invalid value at 'parameters.sample_count'",
    ),
    "nova canvas: no task": ("nova canvas", {"taskType": None}, 400, "Value at 'taskType' failed"),
    "nova canvas: another task": ("nova canvas", {"taskType": "DANCE"}, 400, "enum value set: [TEXT_IMAGE, "),
    "nova canvas: no words": ("nova canvas", {"textToImageParams": {}}, 400, "Value at 'textToImageParams.text' failed"),
    "nova canvas: too many": ("nova canvas", {"imageGenerationConfig": {"numberOfImages": 6}}, 400, "images must be 1 to 5"),
    "sdxl: no words": ("sdxl", {"text_prompts": None}, 400, "Value at 'text_prompts' failed"),
    "stability: no words": ("stability", {"prompt": None}, 400, "Value at 'prompt' failed"),
}

#: The same for what could be read, and is refused all the same, with the parameter that is named.
REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "an empty prompt": ("openai", {"prompt": ""}, "prompt", "Expected a string with minimum length 1"),
    "a long prompt": ("dall-e-2", {"prompt": "x" * 1001}, "prompt", "maximum length 1000, but got a string with length 1001"),
    "too many": ("openai", {"n": 11}, "n", f"{HIGH}10, but got 11 instead."),
    "more than one": ("dall-e-3", {"n": 2}, "n", f"{HIGH}1, but got 2 instead."),
    "an unknown size": ("openai", {"size": "10x10"}, "size", "are: '1024x1024', '1024x1536', '1536x1024', and 'auto'."),
    "a size that is none": ("openai", {"size": 1024}, "size", "expected a string, but got an integer instead."),
    "an odd size": ("openai v2", {"size": "1000x1001"}, "size", "must both be divisible by 16"),
    "a thin one": ("openai v2", {"size": "160x1600"}, "size", "their ratio between 1:3 and 3:1"),
    "no size": ("openai v2", {"size": "large"}, "size", "must both be divisible by 16"),
    "an unknown quality": ("dall-e-3", {"quality": "high"}, "quality", "Supported values are: 'standard', and 'hd'."),
    "an unknown form": ("dall-e-2", {"response_format": "base64"}, "response_format", "are: 'url', and 'b64_json'."),
    "a form that is fixed": ("openai", {"response_format": "url"}, "response_format", "Unknown parameter: 'response_format'."),
    "an unknown background": ("openai", {"background": "red"}, "background", "'transparent', 'opaque', and 'auto'."),
    "a format that nobody makes up": ("openai", {"output_format": "gif"}, "output_format", "'png', 'jpeg', 'webp', and 'svg'."),
    "a clear jpeg": ("openai", {"output_format": "jpeg", "background": "transparent"}, "background", "not supported for JPEG"),
    "past all compression": ("openai", {"output_compression": 101}, "output_compression", f"{HIGH}100, but got 101 instead."),
    "many parts of one": ("openai", {"partial_images": 4}, "partial_images", f"{HIGH}3, but got 4 instead."),
}  # fmt: skip


def ask(llm: Interceptor, name: str, asked: dict[str, Any]) -> tuple[int, str]:
    url, least = WIRES[name]
    answer = post(llm, url, json={key: value for key, value in {**least, **asked}.items() if value is not None})
    return answer.status, answer.body.decode("utf-8")


@pytest.mark.parametrize("case", ASKED)
@pytest.mark.parametrize("contract", ["refuse", "off"])
def test_what_cannot_be_read_is_refused(case: str, contract: str) -> None:
    name, asked, status, said = ASKED[case]
    found, body = ask(Interceptor(contract=contract), name, asked)
    assert found == status
    assert said in body


@pytest.mark.parametrize("case", REFUSED)
def test_what_openai_has_not_is_refused_by_its_contract(case: str) -> None:
    name, asked, param, said = REFUSED[case]
    status, body = ask(Interceptor(), name, asked)
    told = json.loads(body)["error"]
    assert (status, told["type"], told["param"]) == (400, "invalid_request_error", param)
    assert said in told["message"]
    assert ask(Interceptor(contract="off"), name, asked)[0] == 200


@pytest.mark.parametrize(
    ("name", "asked"),
    [("azure v1", {"model": "mine", "size": "10x10"}), ("deepinfra", {"n": 20}), ("xai", {"model": "gpt-image-1", "n": 20}),
     ("openai v2", {"size": "auto"}), ("openai v2", {"size": "2048x1152"})],
)  # fmt: skip
def test_nobody_else_is_held_to_it(name: str, asked: dict[str, Any]) -> None:
    assert ask(Interceptor(), name, asked)[0] == 200


@pytest.mark.parametrize("name", WIRES)
def test_what_is_no_json_is_refused(name: str) -> None:
    for body in (b"", b"{", b"[]", b"\xff"):
        answer = post(Interceptor(), WIRES[name][0], content=body, headers={"content-type": "application/json"})
        assert answer.status in (400, 422)
        assert json.loads(answer.body)


EDITS = "https://api.openai.com/v1/images/edits"
FORM = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (FORM, b"--x", "Could not parse multipart form: a field of the form has no end to its headers"),
        ("application/xml", b"<a/>", "Could not parse multipart form: the content type is application/xml"),
        ("application/json", b"[]", "Could not parse multipart form"),
        ("application/json", json.dumps({"prompt": PROMPT}).encode(), "Missing required parameter: 'image'."),
        ("application/json", json.dumps({"prompt": PROMPT, "images": [7]}).encode(), "Missing required parameter: 'image'."),
        ("application/json", json.dumps({"images": ["x"]}).encode(), "Missing required parameter: 'prompt'."),
    ],
)
def test_an_edit_that_is_none_is_refused(kind: str, body: bytes, said: str) -> None:
    answer = post(Interceptor(), EDITS, content=body, headers={"content-type": kind})
    assert answer.status == 400
    assert said in json.loads(answer.body)["error"]["message"]


def test_an_edit_is_held_to_the_contract_but_for_its_prompt() -> None:
    for asked, status in (({"prompt": ""}, 200), ({"prompt": PROMPT, "size": "1x1"}, 400)):
        answer = post(Interceptor(), EDITS, files={"image": ("a.png", PHOTO, "image/png")}, data={"model": "gpt-image-1", **asked})
        assert answer.status == status


def test_models_of_images_do_not_stream_on_bedrock() -> None:
    url, asked = WIRES["nova canvas"]
    answer = post(Interceptor(), f"{url}-with-response-stream", json=asked)
    assert (answer.status, json.loads(answer.body)["message"]) == (400, "The model is unsupported for streaming.")
