"""In which forms vectors are told, and of what: base64, bytes and bits, tokens, images, chunks of a document, a similarity."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import pytest

from llm_intercept import Interceptor
from llm_intercept.dialects.dimensions import dimensions_of, is_known
from llm_intercept.dialects.pictures import picture
from llm_intercept.sidecalls import side_call
from llm_intercept.synthesis.embedding import embed
from llm_intercept.synthesis.vectors import BY_NAME
from llm_intercept.wire import Request
from tests.embeddings.wires import HF, IMAGE, VERTEX, WIRES, ask, floats, post

TEXTS = ("Capital of France?", "Paris")
PNG = b64decode(IMAGE.partition(",")[2])


def made(name: str, *content: str | bytes | int) -> list[float]:
    return list(embed(content, WIRES[name].dimensions))


def signed(text: str) -> list[int]:
    return [byte - 256 if byte > 127 else byte for byte in b64decode(text)]


@pytest.mark.parametrize("name", ["openai", "azure v1", "together", "vllm", "mistral", "voyage"])
def test_base64_is_float32_little_endian(name: str) -> None:
    wire = WIRES[name]
    told = wire.vectors(ask(Interceptor(), name, TEXTS, encoding_format="base64").json)
    assert [floats(one) for one in told] == wire.vectors(ask(Interceptor(), name, TEXTS).json)


@pytest.mark.parametrize("dtype", ["float", "int8", "uint8", "binary", "ubinary"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("mistral", lambda dtype: {"output_dtype": dtype}),
        ("voyage", lambda dtype: {"output_dtype": dtype, "encoding_format": "float"}),
        ("vllm", lambda dtype: {"encoding_format": dtype}),
        ("jina", lambda dtype: {"embedding_type": dtype}),
        ("azure inference", lambda dtype: {"encoding_format": dtype}),
    ],
)
def test_vectors_can_be_quantised(name: str, asked: Any, dtype: str) -> None:
    told = WIRES[name].vectors(ask(Interceptor(), name, TEXTS, **asked(dtype)).json)
    assert told == [BY_NAME[dtype](made(name, text)) for text in TEXTS]


@pytest.mark.parametrize("name", ["mistral", "voyage"])
@pytest.mark.parametrize("dtype", ["int8", "binary", "uint8", "ubinary"])
def test_quantised_vectors_in_base64_are_their_bytes(name: str, dtype: str) -> None:
    told = WIRES[name].vectors(ask(Interceptor(), name, TEXTS, encoding_format="base64", output_dtype=dtype).json)
    read = list if dtype.startswith("u") else None
    assert [list(b64decode(one)) if read else signed(one) for one in told] == [BY_NAME[dtype](made(name, text)) for text in TEXTS]


@pytest.mark.parametrize("name", ["cohere", "cohere before", "bedrock cohere v3", "bedrock cohere v4"])
def test_cohere_tells_each_type_that_is_asked_for(name: str) -> None:
    asked = ["ubinary", "float", "base64", "int8"]
    answer = ask(Interceptor(), name, TEXTS, embedding_types=asked).json
    assert answer["response_type"] == "embeddings_by_type"
    assert answer["embeddings"] == {kind: [BY_NAME[kind](made(name, text)) for text in TEXTS] for kind in asked}
    assert answer["texts"] == list(TEXTS)


@pytest.mark.parametrize("name", ["cohere before", "bedrock cohere v3"])
def test_cohere_told_vectors_alone_before_there_were_types(name: str) -> None:
    assert ask(Interceptor(), name, TEXTS).json["response_type"] == "embeddings_floats"


def test_perplexity_tells_bytes_unless_it_is_asked_for_bits() -> None:
    url, body = "https://api.perplexity.ai/v1/embeddings", {"model": "pplx-embed-v1-0.6b", "input": ["Hi"]}
    vector = embed(["Hi"], 1024)
    told = post(Interceptor(), url, body).json["data"][0]["embedding"]
    assert signed(told) == BY_NAME["int8"](vector)
    told = post(Interceptor(), url, {**body, "encoding_format": "base64_binary"}).json["data"][0]["embedding"]
    assert list(b64decode(told)) == BY_NAME["ubinary"](vector)


def test_titan_tells_bits_one_by_one() -> None:
    answer = ask(Interceptor(), "titan v2", TEXTS, dimensions=256, embeddingTypes=["binary"]).json
    assert answer["embeddingsByType"] == {"binary": [int(value > 0) for value in embed(TEXTS[:1], 256)]}
    assert answer["embedding"] == list(embed(TEXTS[:1], 256))


@pytest.mark.parametrize("name", ["openai", "mistral"])
def test_tokens_have_vectors_of_their_own_and_are_counted(name: str) -> None:
    wire = WIRES[name]
    llm = Interceptor()
    alone = post(llm, wire.url, {"model": wire.model, "input": [464, 3139]})
    both = post(llm, wire.url, {"model": wire.model, "input": [[464, 3139], [286]]})
    assert wire.vectors(alone.json) == [made(name, 464, 3139)]
    assert wire.vectors(both.json) == [made(name, 464, 3139), made(name, 286)]
    assert wire.cost is not None
    assert [wire.cost(one.json) for one in (alone, both)] == [2, 3]
    assert [message.raw for message in llm.calls.last.messages] == [[464, 3139], [286]]
    assert llm.calls.last.prompt == "286"


def test_mistrals_input_has_another_name_in_older_clients() -> None:
    wire = WIRES["mistral"]
    answer = post(Interceptor(), wire.url, {"model": wire.model, "inputs": ["Hi"]})
    assert wire.vectors(answer.json) == [made("mistral", "Hi")]


IMAGES: list[Any] = [
    ("cohere", {"texts": [], "images": [IMAGE]}, (PNG,)),
    ("cohere", {"texts": [], "inputs": [{"content": [{"type": "image_url", "image_url": {"url": IMAGE}}]}]}, (PNG,)),
    (
        "cohere",
        {
            "texts": [],
            "inputs": [{"content": [{"type": "text", "text": "A dot"}, {"type": "image_url", "image_url": IMAGE}, {"type": "?"}]}],
        },
        ("A dot", PNG),
    ),
    ("bedrock cohere v4", {"texts": [], "images": [IMAGE]}, (PNG,)),
    ("titan multimodal", {"inputText": "A dot", "inputImage": b64encode(PNG).decode()}, ("A dot", PNG)),
    ("voyage multimodal", {"inputs": [{"content": [{"type": "image_base64", "image_base64": IMAGE}]}]}, (PNG,)),
    (
        "voyage multimodal",
        {"inputs": [{"content": [{"type": "text", "text": "A dot"}, {"type": "image_url", "image_url": "https://e.org/x y"}]}]},
        ("A dot", b"https://e.org/x y"),
    ),
    (
        "vertex",
        {"content": {"parts": [{"text": "A dot"}, {"inlineData": {"mimeType": "image/png", "data": b64encode(PNG).decode()}}]}},
        ("A dot", PNG),
    ),
    ("vertex", {"content": {"parts": [{"fileData": {"fileUri": "gs://b/x.png"}}]}}, (b"gs://b/x.png",)),
    ("dashscope multimodal", {"input": {"contents": [{"image": IMAGE}]}}, ("", PNG)),
    ("vllm", {"input": [{"image": IMAGE}]}, (PNG,)),
    ("vllm", {"input": [{"text": "A dot", "image_url": IMAGE}, ]}, ("A dot", PNG)),
    (
        "openrouter",
        {"input": [{"content": [{"type": "text", "text": "A dot"}, {"type": "image_url", "image_url": {"url": IMAGE}}, 5]}]},
        ("A dot", PNG),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "content"), IMAGES)
def test_images_are_known_by_their_bytes(name: str, more: dict[str, Any], content: tuple[str | bytes, ...]) -> None:
    llm = Interceptor()
    answer = ask(llm, name, TEXTS, **more)
    assert answer.status == 200
    assert WIRES[name].vectors(answer.json) == [made(name, *content)]
    assert llm.calls.one.prompt == " ".join(piece for piece in content if isinstance(piece, str))


def test_azure_has_an_endpoint_for_images() -> None:
    llm = Interceptor()
    body = {"model": "Cohere-embed-v3-english", "input": [{"image": IMAGE}, {"image": IMAGE, "text": "A dot"}]}
    answer = post(llm, "https://r.services.ai.azure.com/models/images/embeddings?api-version=2024-05-01-preview", body)
    assert [one["embedding"] for one in answer.json["data"]] == [list(embed([PNG], 1024)), list(embed(["A dot", PNG], 1024))]
    assert llm.calls.one.call.dialect == "azure image embeddings"


def test_cohere_tells_what_images_it_saw_and_bills_them() -> None:
    answer = ask(Interceptor(), "cohere", (), images=[IMAGE]).json
    assert answer["images"] == [{"format": "png", "width": 1, "height": 1, "bit_depth": 32}]
    assert answer["texts"] == []
    assert answer["meta"]["billed_units"] == {"input_tokens": 0, "image_tokens": 258}
    assert ask(Interceptor(), "cohere before", (), images=[IMAGE]).json["meta"]["billed_units"] == {"images": 1}


def test_voyage_counts_pixels() -> None:
    shown = {"type": "image_base64", "image_base64": IMAGE}
    answer = ask(Interceptor(), "voyage multimodal", (), inputs=[{"content": [shown, shown]}]).json
    assert answer["usage"] == {"text_tokens": 0, "image_pixels": 2, "video_pixels": 0, "total_tokens": 0}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("form", ["png", "gif", "jpeg", "webp", "webp lossless", "webp animated"])
def test_an_image_tells_its_size(form: str, mode: str) -> None:
    images = pytest.importorskip("PIL.Image")
    kind, _, how = form.partition(" ")
    if kind in ("jpeg", "gif") and mode == "RGBA":
        mode = "RGB"
    one = images.new(mode, (37, 5))
    more = {"lossless": {"lossless": True}, "animated": {"save_all": True, "append_images": [images.effect_noise((37, 5), 9)]}}
    written = BytesIO()
    one.save(written, kind, **more.get(how, {}))
    told = picture(written.getvalue())
    assert told is not None
    assert told[:3] == (kind, 37, 5)
    if kind in ("png", "jpeg"):
        assert told.bit_depth == 8 * len(mode)


@pytest.mark.parametrize("data", [b"", b"text", PNG[:20], b"\xff\xd8\xff\xe0 cut", b"RIFF\x04\x00\x00\x00WEBP", b"GIF89a"])
def test_what_is_no_image_or_cut_tells_none(data: bytes) -> None:
    assert picture(data) is None


def test_vertex_has_a_vector_for_each_kind_in_an_instance() -> None:
    image, video = {"bytesBase64Encoded": b64encode(PNG).decode()}, {"gcsUri": "gs://b/v.mp4"}
    instances = [{"text": "A dot", "image": image}, {"video": video}]
    first, second = post(
        Interceptor(), f"{VERTEX}/multimodalembedding@001:predict", {"instances": instances, "parameters": {"dimension": 128}}
    ).json["predictions"]
    assert first == {"textEmbedding": list(embed(["A dot"], 128)), "imageEmbedding": list(embed([PNG], 128))}
    (segment,) = second["videoEmbeddings"]
    assert segment["embedding"] == list(embed([b"gs://b/v.mp4"], 128))
    assert segment["endOffsetSec"] > segment["startOffsetSec"] == 0


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"image": {"format": "png", "source": {"bytes": b64encode(PNG).decode()}}}, ["IMAGE"]),
        ({"text": {"source": {"s3Location": {"uri": "s3://b/t.txt"}}}}, ["TEXT"]),
        (
            {"video": {"source": {"s3Location": {"uri": "s3://b/v.mp4"}}, "embeddingMode": "AUDIO_VIDEO_COMBINED"}},
            ["AUDIO_VIDEO_COMBINED"],
        ),
        (
            {"video": {"source": {"s3Location": {"uri": "s3://b/v.mp4"}}, "embeddingMode": "AUDIO_VIDEO_SEPARATE"}},
            ["VIDEO", "AUDIO"],
        ),
    ],
)
def test_nova_takes_one_thing_at_a_time(asked: dict[str, Any], kinds: list[str]) -> None:
    body = {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", **asked}}
    told = post(Interceptor(), WIRES["nova"].url, body).json["embeddings"]
    assert [one["embeddingType"] for one in told] == kinds
    assert len({tuple(one["embedding"]) for one in told}) == len(kinds)


def test_voyage_keeps_the_chunks_of_each_document_together() -> None:
    asked = {"inputs": [["One", "Two"], ["Three"]], "encoding_format": "base64"}
    first, second = ask(Interceptor(), "voyage contextualized", (), **asked).json["data"]
    told = [floats(one["embedding"]) for one in (*first["data"], *second["data"])]
    assert told == [list(embed([text], 1024)) for text in ("One", "Two", "Three")]
    assert [one["index"] for one in (*first["data"], *second["data"])] == [0, 1, 0]


def test_voyage_tells_the_chunks_that_it_made_itself() -> None:
    asked = {"inputs": ["One", ["Two"]], "enable_auto_chunking": True, "input_type": "document"}
    answer = ask(Interceptor(), "voyage contextualized", (), **asked).json
    assert [[one["text"] for one in document["data"]] for document in answer["data"]] == [["One"], ["Two"]]
    assert "chunker_version" in answer


@pytest.mark.parametrize(
    ("path", "inputs", "told"),
    [
        ("models/m/pipeline/feature-extraction", "One", list(embed(["One"], 1024))),
        ("models/m/pipeline/feature-extraction", ["One"], [list(embed(["One"], 1024))]),
    ],
)
def test_huggingface_tells_one_texts_vector_alone(path: str, inputs: Any, told: Any) -> None:
    assert post(Interceptor(), f"{HF}/{path}", {"inputs": inputs}).json == told


def test_a_server_of_ones_own_always_tells_a_list() -> None:
    answer = post(Interceptor(hosts=["tei.internal:8080"]), "http://tei.internal:8080/embed", {"inputs": "One"})
    assert answer.json == [list(embed(["One"], 1024))]


def test_huggingface_tells_base64_where_that_is_asked_for() -> None:
    (told,) = ask(Interceptor(), "huggingface", TEXTS[:1], encoding_format="base64").json
    assert floats(told) == made("huggingface", TEXTS[0])


def test_a_sentences_similarity_is_that_of_its_vector() -> None:
    asked = {"source_sentence": "capital of France", "sentences": ["The capital is Paris, France", "Bananas", "capital of France"]}
    near, far, same = post(Interceptor(), f"{HF}/models/m/pipeline/sentence-similarity", {"inputs": asked}).json
    assert far < 0.2 < 0.5 < near < same
    assert same == pytest.approx(1)


@pytest.mark.parametrize(("model", "task"), [("BAAI/bge-m3", "feature-extraction"), ("Qwen/Qwen3-32B", "conversational")])
def test_huggingfaces_hub_tells_who_serves_a_model_for_what(model: str, task: str) -> None:
    target = f"/api/models/{model}?expand=inferenceProviderMapping"
    side = side_call("GET", "huggingface.co", target)
    assert side is not None
    answer = side.say(Request("GET", "https", "huggingface.co", None, target, [], b"", "test"))
    assert answer is not None
    assert {one["task"] for one in json.loads(answer.body)["inferenceProviderMapping"].values()} == {task}


def test_ollama_loads_a_model_where_nothing_is_to_be_embedded() -> None:
    assert post(Interceptor(), WIRES["ollama"].url, {"model": "m"}).json["embeddings"] == []
    assert post(Interceptor(), WIRES["ollama"].url, {"model": "m", "input": ""}).json["embeddings"] == []
    assert post(Interceptor(), WIRES["ollama before"].url, {"model": "m"}).json == {"embedding": []}


@pytest.mark.parametrize(
    ("model", "dimensions"),
    [
        ("text-embedding-3-small", 1536),
        ("openai/text-embedding-3-large", 3072),
        ("Cohere-embed-v3-english", 1024),
        ("us.cohere.embed-v4:0", 1536),
        ("sentence-transformers/all-MiniLM-L6-v2", 384),
        ("Qwen/Qwen3-Embedding-8B", 4096),
        ("qwen3-embedding:0.6b", 1024),
        ("nomic-embed-text:latest", 768),
        ("my-own", 1024),
    ],
)
def test_models_are_known_by_name_whoever_serves_them(model: str, dimensions: int) -> None:
    assert dimensions_of(model) == dimensions
    assert is_known(model) == (model != "my-own")


def test_a_prediction_of_another_model_is_no_embedding() -> None:
    llm = Interceptor()
    with pytest.raises(BaseException, match="No dialect knows this endpoint of vertex"):
        post(llm, f"{VERTEX}/veo-3.0-generate-001:predict", {"instances": [{"prompt": "A cat"}]})
    llm.failures.clear()
