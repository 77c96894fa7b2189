"""botocore's own retries, running for real against errors and faults: so many attempts, then what comes of it."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.endpoint
import botocore.exceptions
import pytest
from botocore.config import Config

from llm_intercept import connect_error, connect_timeout, disconnect, error, intercept, read_timeout, reply, reset
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES

ATTEMPTS = 3

MODES = ("legacy", "standard", "adaptive")

every_mode = pytest.mark.parametrize("mode", MODES)

#: What is tried again, and what is raised when it was tried often enough.
RETRIED: dict[str, tuple[Any, str]] = {
    "429": (error(429), "ThrottlingException"),
    "500": (error(500), "InternalServerException"),
    "502": (error(502), "InternalServerException"),
    "503": (error(503), "ServiceUnavailableException"),
    "refused": (reply(connect_error()), "EndpointConnectionError"),
    "no connection in time": (reply(connect_timeout()), "ConnectTimeoutError"),
    "no answer in time": (reply(read_timeout()), "ReadTimeoutError"),
    "no answer": (reply(disconnect()), "ConnectionClosedError"),
}

ONCE: dict[str, tuple[Any, str]] = {
    "400": (error(400), "ValidationException"),
    "403": (error(403), "AccessDeniedException"),
    "404": (error(404), "ResourceNotFoundException"),
    "424": (error(424), "ModelErrorException"),
}


def client(mode: str) -> Any:
    """A client that tries so often."""
    config = Config(retries={"mode": mode, "total_max_attempts": ATTEMPTS})
    return boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=config)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long botocore would have slept between its attempts."""
    delays: list[float] = []
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(**{**vars(time), "sleep": delays.append}))
    return delays


def converse(asked: Any) -> str:
    answer = asked.converse(modelId=CLAUDE, messages=MESSAGES)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    return str(answer["output"]["message"]["content"][0]["text"])


@every_mode
@pytest.mark.parametrize("failing", RETRIED)
def test_it_is_tried_again_until_it_is_answered(failing: str, mode: str, slept: list[float]) -> None:
    with intercept(RETRIED[failing][0], RETRIED[failing][0], "Paris.") as llm:
        assert converse(client(mode)) == "Paris."
    assert llm.calls.total == ATTEMPTS
    assert [call.outcome for call in llm.calls][-1] == "complete"
    assert len(slept) == ATTEMPTS - 1
    assert max(slept) <= 4


@every_mode
@pytest.mark.parametrize("failing", RETRIED)
def test_it_is_raised_when_it_was_tried_often_enough(failing: str, mode: str, slept: list[float]) -> None:
    failure, raised = RETRIED[failing]
    asked = client(mode)
    kind = getattr(botocore.exceptions, raised, None) or getattr(asked.exceptions, raised)
    with intercept(failure) as llm, pytest.raises(kind) as caught:
        converse(asked)
    assert type(caught.value).__name__ == raised
    assert llm.calls.total == ATTEMPTS
    assert len(slept) == ATTEMPTS - 1


@every_mode
@pytest.mark.parametrize("failing", ONCE)
def test_what_is_no_passing_failure_is_tried_once(failing: str, mode: str, slept: list[float]) -> None:
    failure, raised = ONCE[failing]
    with intercept(failure) as llm, pytest.raises(botocore.exceptions.ClientError) as caught:
        converse(client(mode))
    assert (type(caught.value).__name__, llm.calls.total, slept) == (raised, 1, [])


@every_mode
def test_an_error_has_no_header_that_botocore_would_sleep_on(mode: str) -> None:
    asked = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"mode": mode, "total_max_attempts": 1}),
    )
    for status in (408, 429, 500, 503):
        with intercept(error(status)), pytest.raises(botocore.exceptions.ClientError) as caught:
            converse(asked)
        told = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
        assert {"retry-after", "x-amz-retry-after"} & {*told} == set()


@every_mode
def test_a_stream_is_tried_again_before_it_starts_and_never_after(mode: str, slept: list[float]) -> None:
    def texts(asked: Any) -> list[str]:
        stream = asked.converse_stream(modelId=CLAUDE, messages=MESSAGES)["stream"]
        return [event["contentBlockDelta"]["delta"]["text"] for event in stream if "contentBlockDelta" in event]

    with intercept(error(503), "Paris") as llm:
        assert "".join(texts(client(mode))) == "Paris"
    assert (llm.calls.total, len(slept)) == (2, 1)
    with intercept(reply("Once", reset()), "Paris") as llm, pytest.raises(Exception, match=r"[Cc]onnection|reset|broken"):
        texts(client(mode))
    assert llm.calls.total == 1
