"""Errors of every status, in Bedrock's envelope: the exception's name in a header, and its message in the body."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from llm_intercept import Interceptor, error, intercept
from llm_intercept.doctor.judges import judges_of
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES, boto, post
from tests.shapes import compare, kind

JUDGES = judges_of("bedrock")

#: Status to the name of the exception that the service has for it; other statuses have one of these.
NAMES = {
    400: "ValidationException", 401: "UnrecognizedClientException", 403: "AccessDeniedException", 404: "ResourceNotFoundException",
    408: "ModelTimeoutException", 413: "RequestEntityTooLargeException", 418: "ValidationException", 424: "ModelErrorException",
    429: "ThrottlingException", 500: "InternalServerException", 503: "ServiceUnavailableException", 529: "InternalServerException",
}  # fmt: skip

PATHS = ("converse", "converse-stream", "count-tokens")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("status", NAMES)
def test_an_error_is_what_the_service_says(status: int, path: str) -> None:
    llm = Interceptor(error(status))
    llm.on(operation="count_tokens").reply(error(status))
    refused = post(llm, path, input={"converse": {"messages": MESSAGES}})
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/json")
    assert refused.headers["x-amzn-errortype"] == f"{NAMES[status]}:http://internal.amazon.com/coral/com.amazon.bedrock/"
    assert refused.headers["x-amzn-requestid"]
    assert JUDGES.get(f"{NAMES[status]} error", JUDGES["error"]).check(refused.content) == []
    found = compare(kind("bedrock", "converse", "error"), [refused.json()], JUDGES["error"].check)
    assert ([*found.missing], [*found.surplus]) == ([], [])


@pytest.mark.parametrize("name", ["ModelNotReadyException", "ServiceQuotaExceededException", "ModelStreamErrorException"])
def test_an_error_can_be_named(name: str) -> None:
    for said in (error(429, "Wait.", type=name), error(429, "Wait.", code=name)):
        with intercept(said), pytest.raises(getattr(boto().exceptions, name), match=r"Wait\."):
            boto().converse(modelId=CLAUDE, messages=MESSAGES)


def test_the_header_can_be_given() -> None:
    refused = post(error(400, headers={"X-Amzn-ErrorType": "Odd"}))
    assert refused.headers.get_list("x-amzn-errortype") == ["Odd"]


def test_a_recorded_error_can_be_said_word_for_word() -> None:
    said = error(400, "The provided model identifier is invalid.")
    assert post(said, "converse-stream").json() == {"message": "The provided model identifier is invalid."}
    with intercept(said), pytest.raises(ClientError) as caught:
        boto().converse(modelId="us.does-not-exist-model-v1:0", messages=MESSAGES)
    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": "The provided model identifier is invalid."}
