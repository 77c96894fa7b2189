"""What each provider refuses, in its own words; with `contract="off"` what can be read is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from llm_intercept import Interceptor
from tests.embeddings.wires import WIRES, post


class Refusal(NamedTuple):
    """A wire, the request's body, the status, and words of the answer. `read` is whether it could be read all the same."""

    name: str
    body: Mapping[str, Any]
    status: int
    words: str
    read: bool = False


def openai(**more: Any) -> dict[str, Any]:
    return {"model": "text-embedding-3-small", "input": "Hi", **more}


INVALID = "'$.input' is invalid. Please check the API reference"
NOVA = {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX"}}


def nova(**more: Any) -> dict[str, Any]:
    return {**NOVA, "singleEmbeddingParams": {**NOVA["singleEmbeddingParams"], **more}}  # type: ignore[dict-item]


REFUSALS = [
    Refusal("openai", {"model": "text-embedding-3-small"}, 400, "Missing required parameter: 'input'."),
    Refusal("openai", {"input": "Hi"}, 400, "you must provide a model parameter"),
    Refusal("openai", openai(model=5), 400, "Invalid type for 'model': expected a string"),
    Refusal("openai", openai(input=None), 400, "Invalid type for 'input'"),
    Refusal("openai", openai(input=5), 400, "expected one of a string or array of strings or of tokens, but got an integer"),
    Refusal("openai", openai(input=["a", 5]), 400, "Invalid type for 'input[1]': expected a string or an array of tokens"),
    Refusal("openai", openai(input=[[1, "a"]]), 400, "Invalid type for 'input[0]'"),
    Refusal("openai", openai(input=[[True]]), 400, "Invalid type for 'input[0]'"),
    Refusal("openai", openai(input=[]), 400, INVALID, read=True),
    Refusal("openai", openai(input=""), 400, INVALID, read=True),
    Refusal("openai", openai(input=["a", ""]), 400, INVALID, read=True),
    Refusal("openai", openai(input=["a"] * 2049, dimensions=8), 400, INVALID, read=True),
    Refusal(
        "openai", openai(input=[[1] * 8193]), 400, "maximum context length is 8192 tokens, however you requested 8193", read=True
    ),
    Refusal("openai", openai(input="a" * 80_000), 400, "maximum context length is 8192 tokens", read=True),
    Refusal("openai", openai(dimensions="5"), 400, "Invalid type for 'dimensions': expected an integer"),
    Refusal("openai", openai(dimensions=True), 400, "Invalid type for 'dimensions': expected an integer"),
    Refusal(
        "openai", openai(dimensions=0), 400, "Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got 0"
    ),
    Refusal("openai", openai(dimensions=10**9), 400, "integer above maximum value"),
    Refusal("openai", openai(dimensions=1537), 400, "'dimensions' = 1537. Must be less than or equal to 1536.", read=True),
    Refusal(
        "openai", openai(model="text-embedding-ada-002", dimensions=8), 400, "does not support specifying dimensions", read=True
    ),
    Refusal("openai", openai(encoding_format="int8"), 400, "Invalid value: 'int8'. Supported values are: 'float' and 'base64'."),
    Refusal("openai", openai(encoding_format=5), 400, "Invalid type for 'encoding_format': expected a string"),
    Refusal("vllm", openai(encoding_format="hex"), 400, "Supported values are: 'float', 'int8', 'uint8', 'binary', 'ubinary' and"),
    Refusal("azure deployment", {"input": []}, 400, INVALID, read=True),
    Refusal("mistral", {"input": "Hi"}, 422, "Field required"),
    Refusal("mistral", {"model": 5, "input": "Hi"}, 422, "Input should be a valid string"),
    Refusal("mistral", {"model": "mistral-embed"}, 422, "Field required"),
    Refusal("mistral", {"model": "mistral-embed", "input": 5}, 422, "Input should be a valid string"),
    Refusal("mistral", {"model": "mistral-embed", "input": ["a", {}]}, 422, "'loc': ['body', 'input', '1']"),
    Refusal("mistral", {"model": "codestral-embed", "input": "Hi", "output_dimension": "8"}, 422, "valid integer"),
    Refusal("mistral", {"model": "codestral-embed", "input": "Hi", "output_dimension": 0}, 422, "greater than 0"),
    Refusal("mistral", {"model": "codestral-embed", "input": "Hi", "output_dtype": "half"}, 422, "'ubinary'"),
    Refusal("mistral", {"model": "codestral-embed", "input": "Hi", "encoding_format": "hex"}, 422, "'float' or 'base64'"),
    Refusal("mistral", {"model": "mistral-embed", "input": "Hi", "output_dimension": 8}, 400, "does not support", read=True),
    Refusal("mistral", {"model": "mistral-embed", "input": []}, 400, "Input cannot be empty.", read=True),
    Refusal("cohere", {"texts": ["Hi"]}, 400, "a model parameter is required for this endpoint."),
    Refusal("cohere", {"model": "m", "texts": "Hi"}, 400, "parameter texts is of type string but should be of type array."),
    Refusal("cohere", {"model": "m", "texts": [5]}, 400, "parameter texts[0] should be of type string."),
    Refusal("cohere", {"model": "m", "inputs": [{"content": ["Hi"]}]}, 400, "parameter inputs[0].content[0] is of type string"),
    Refusal("cohere", {"model": "m", "texts": ["Hi"], "embedding_types": ["half"]}, 400, "embedding type 'half' is not one of"),
    Refusal(
        "cohere", {"model": "m", "texts": ["Hi"], "output_dimension": 0}, 400, "output_dimension 0 is not one of the supported"
    ),
    Refusal("cohere", {"model": "m", "texts": [], "input_type": "x"}, 400, "at least one of texts, images or inputs", read=True),
    Refusal("cohere", {"model": "m", "texts": ["Hi"]}, 400, "valid input_type must be provided", read=True),
    Refusal("cohere", {"model": "m", "texts": ["Hi"] * 97, "input_type": "x"}, 400, "at most 96 - received 97", read=True),
    Refusal("cohere before", {"texts": ["Hi"], "model": "embed-english-v3.0"}, 400, "valid input_type", read=True),
    Refusal("ollama", {"input": "Hi"}, 404, "model '' not found"),
    Refusal("ollama", {"model": "m", "input": 5}, 400, "invalid input type"),
    Refusal("ollama", {"model": "m", "input": ["a", 5]}, 400, "invalid input type"),
    Refusal("ollama", {"model": "m", "input": "a", "dimensions": "8"}, 400, "cannot unmarshal string into Go struct field"),
    Refusal("ollama", {"model": "m", "input": "a", "dimensions": -1}, 400, "dimensions must be a positive number, got -1"),
    Refusal("ollama before", {"model": "m", "prompt": 5}, 400, "field EmbeddingRequest.prompt of type string"),
    Refusal("voyage", {"input": "Hi"}, 400, "Argument 'model' is missing or not a string."),
    Refusal("voyage", {"model": "m"}, 400, "Argument 'input' is missing"),
    Refusal("voyage", {"model": "m", "input": [5]}, 400, "not a string or a list of strings"),
    Refusal("voyage", {"model": "m", "input": "a", "output_dimension": -1}, 400, "Argument 'output_dimension' is -1"),
    Refusal("voyage", {"model": "m", "input": "a", "output_dtype": "half"}, 400, "supported are 'float', 'int8'"),
    Refusal("voyage", {"model": "m", "input": []}, 400, "Input cannot contain empty strings or empty lists.", read=True),
    Refusal("voyage", {"model": "m", "input": ["a", ""]}, 400, "Input cannot contain empty strings", read=True),
    Refusal(
        "voyage", {"model": "m", "input": ["a"] * 1001}, 400, "The batch size limit is 1000. Your batch size is 1001.", read=True
    ),
    Refusal("voyage multimodal", {"model": "m"}, 400, "Argument 'inputs[0]' needs 'content'"),
    Refusal("voyage multimodal", {"model": "m", "inputs": [{"content": []}]}, 400, "'inputs[0]' needs 'content'"),
    Refusal("voyage contextualized", {"model": "m"}, 400, "Argument 'inputs' is missing or not a list."),
    Refusal("voyage contextualized", {"model": "m", "inputs": [[5]]}, 400, "Argument 'inputs[0]' is missing"),
    Refusal("gemini", {}, 400, "EmbedContentRequest.content: contents is not specified"),
    Refusal("gemini", {"content": "Hi"}, 400, "Invalid value at 'content'"),
    Refusal("gemini", {"content": {"parts": [{"text": 5}]}}, 400, "Invalid value at 'content.parts[0].text'"),
    Refusal("gemini", {"content": {"parts": []}, "outputDimensionality": "8"}, 400, "Invalid value at 'output_dimensionality'"),
    Refusal("gemini", {"content": {"parts": []}, "outputDimensionality": 0}, 400, "output_dimensionality: must be positive"),
    Refusal("gemini batch", {"requests": ["Hi"]}, 400, "Invalid value at 'requests[0]'"),
    Refusal("gemini batch", {"requests": [{"content": {"parts": [{"text": 5}]}}]}, 400, "'requests[0].content.parts[0].text'"),
    Refusal("gemini batch", {}, 400, "requests: should not be empty", read=True),
    Refusal("gemini batch", {"requests": [{"content": {"parts": []}}] * 101}, 400, "at most 100 requests", read=True),
    Refusal("vertex predict", {"instances": [{}]}, 400, "Missing struct property: content."),
    Refusal("vertex predict", {"instances": [{"content": "Hi"}], "parameters": {"outputDimensionality": 0}}, 400, "positive"),
    Refusal("vertex predict", {"instances": []}, 400, "Empty instances.", read=True),
    Refusal("vertex multimodal", {"instances": [{}]}, 400, "At least one of text, image and video must be given."),
    Refusal("titan", {}, 400, "Value at 'inputText' failed to satisfy constraint: Member must not be null"),
    Refusal("titan", {"inputText": 5}, 400, "NUMBER_VALUE can not be converted to a String"),
    Refusal("titan v2", {"inputText": "Hi", "dimensions": 0}, 400, "0 is no number of dimensions"),
    Refusal("titan v2", {"inputText": "Hi", "dimensions": 100}, 400, "#/dimensions: 100 is not a valid enum value", read=True),
    Refusal("titan multimodal", {}, 400, "at least one of inputText and inputImage is required"),
    Refusal("bedrock cohere v3", {"texts": []}, 400, "at least one of texts, images and inputs is required", read=True),
    Refusal("bedrock cohere v3", {"texts": ["Hi"]}, 400, "required key [input_type] not found", read=True),
    Refusal("nova", {"taskType": "SEGMENTED_EMBEDDING"}, 400, "Member must satisfy enum value set: [SINGLE_EMBEDDING]"),
    Refusal("nova", nova(), 400, "Exactly one of text, image, audio, video must be given"),
    Refusal("nova", nova(text={"value": "Hi"}, embeddingDimension=100), 400, "enum value set: [256, 384, 1024, 3072]", read=True),
    Refusal("huggingface", {}, 422, "missing field `inputs`"),
    Refusal("huggingface", {"inputs": [5]}, 422, "expected a string"),
    Refusal("huggingface", {"inputs": "Hi", "dimensions": 0}, 422, "`dimensions` should be positive"),
    Refusal("huggingface", {"inputs": []}, 422, "`inputs` cannot be empty", read=True),
    Refusal("dashscope", {"model": "m", "input": {"texts": "Hi"}}, 400, "Input should be a valid list: input.texts"),
    Refusal(
        "dashscope", {"model": "m", "input": {"texts": ["a"]}, "parameters": {"dimension": -1}}, 400, "dimension -1 is invalid"
    ),
    Refusal("dashscope", {"model": "m", "input": {"texts": []}}, 400, "Input should not be empty.", read=True),
    Refusal("dashscope multimodal", {"model": "m", "input": {"contents": ["Hi"]}}, 400, "valid list: input.contents"),
    Refusal("watsonx", {"model_id": "m", "inputs": "Hi"}, 400, "inputs should be a list of strings"),
    Refusal("watsonx", {"inputs": ["Hi"]}, 400, "model_id cannot be blank"),
    Refusal("watsonx", {"model_id": "m", "inputs": []}, 400, "inputs should not be empty", read=True),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: f"{one.name} {str(one.body)[:60]}")
def test_each_provider_refuses_in_its_own_words(refusal: Refusal) -> None:
    answer = post(Interceptor(), WIRES[refusal.name].url, refusal.body)
    assert answer.status == refusal.status
    assert refusal.words in str(answer.json).replace("\\'", "'")


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: f"{one.name} {str(one.body)[:60]}")
def test_what_can_be_read_is_answered_where_the_contract_is_off(refusal: Refusal) -> None:
    answer = post(Interceptor(contract="off"), WIRES[refusal.name].url, refusal.body)
    assert (answer.status == 200) == refusal.read


def test_others_than_openai_take_what_it_would_not() -> None:
    wire = WIRES["vllm"]
    answer = post(Interceptor(), wire.url, {"model": "BAAI/bge-m3", "input": ["", "a"], "dimensions": 2048})
    assert [len(vector) for vector in wire.vectors(answer.json)] == [2048, 2048]
