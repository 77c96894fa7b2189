"""What becomes of a request that the provider would refuse, by the option `contract`; and the page of all clauses."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import BadRequestError, OpenAI

from llm_intercept import ContractViolation, ContractWarning, Interceptor, UnansweredCall, intercept
from llm_intercept.contract import CONTRACTS
from llm_intercept.dialects import ENDPOINTS
from tests.contract import test_openai, test_openai_responses
from tests.contract.page import PAGE, page
from tests.transports import loopback

ALONE = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."

REAL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal"

ORPHAN: list[Any] = [{"role": "tool", "tool_call_id": "call_1", "content": "21"}]
FOUND = f"the provider would refuse this request with a 400: {ALONE} (clause 'tool pairs'; contract=\"off\" switches the check off)"


def ask(messages: list[Any] = ORPHAN, **more: Any) -> Any:
    return OpenAI(api_key="x", max_retries=0).chat.completions.create(model="gpt-4o", messages=messages, **more)


def test_it_is_refused_before_any_rule_is_asked() -> None:
    with intercept() as llm:
        rule = llm.on(model="gpt-*").reply("Sunny.").once()
        with pytest.raises(BadRequestError) as refused:
            ask()
        assert refused.value.response.headers["x-llm-intercept"] == "contract=\"off\" answers this call; clause 'tool pairs'"
        assert llm.calls.last.rule is None
        assert ask([{"role": "user", "content": "?"}]).choices[0].message.content == "Sunny."
    assert llm.calls.last.rule is rule


def test_all_that_is_wrong_stands_in_the_journal() -> None:
    with intercept() as llm, pytest.raises(BadRequestError):
        ask(temperature=3, n=129)
    first, *others = llm.calls.one.findings
    assert (first.clause, first.error.code) == ("openai chat request", "integer_above_max_value")
    assert [found.clause for found in others] == ["tool pairs", "numbers"]


def test_it_may_be_answered_with_a_warning() -> None:
    with intercept("Hi", contract="warn") as llm, pytest.warns(ContractWarning) as warned:
        assert ask().choices[0].message.content == "Hi"
    assert [str(one.message) for one in warned] == [f"openai, openai chat: {FOUND}"]
    assert [str(found) for found in llm.calls.one.findings] == [FOUND]


def test_it_may_be_a_failure() -> None:
    with pytest.raises(ContractViolation) as violated, intercept("Hi", contract="fail") as llm:
        ask()
    assert str(violated.value) == (
        f"A request that breaks the contract: {FOUND}\n"
        "  openai chat, model 'gpt-4o', not streamed\n"
        "  POST https://api.openai.com/v1/chat/completions (caught in httpx2)\n"
        "  message 1 of 1, tool: '21'"
    )
    assert llm.calls.one.findings


def test_it_may_be_answered_unchecked() -> None:
    with intercept("Hi", contract="off") as llm:
        ask()
    assert llm.calls.one.findings == ()


@pytest.mark.parametrize("contract", ["refuse", "warn", "off", "fail"])
def test_what_cannot_be_read_is_always_refused(contract: str) -> None:
    llm = Interceptor("Hi", contract=contract)
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        assert client.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o"}).status_code == 400
    assert [found.clause for found in llm.calls.one.findings] == ["openai chat reading"]
    assert str(llm.calls.one.findings[0]).endswith("(clause 'openai chat reading'; no option has it read)")


def test_a_script_tells_of_a_missing_result_itself() -> None:
    with intercept() as llm, llm.expect_failure() as failure:
        llm.on("Weather").converse("Where?", "Sunny.")
        user = {"role": "user", "content": "Weather?"}
        ask([user])
        ask([user, {"role": "assistant", "content": "Where?"}, {"role": "tool", "tool_call_id": "call_9", "content": "21"}])
    assert isinstance(failure.value, UnansweredCall)
    assert "call_9" in str(failure.value)


def test_what_a_rule_lets_through_is_judged_by_the_provider() -> None:
    def real(connection: socket.socket, request: bytes) -> None:
        connection.sendall(REAL)

    with loopback.serving(real) as port, intercept(hosts=f"127.0.0.1:{port}", contract="fail") as llm:
        llm.on(model="gpt-*").passthrough()
        url, asked = f"http://127.0.0.1:{port}/v1/chat/completions", {"model": "gpt-4o", "messages": ORPHAN, "n": 129}
        assert httpx2.post(url, json=asked).text == "real"
    assert llm.calls.one.outcome == "passed"
    assert [found.clause for found in llm.calls.one.findings] == ["openai chat request"]


def test_the_contracts_are_those_of_dialects_that_there_are_and_no_two_clauses_have_one_name() -> None:
    assert set(CONTRACTS) <= {endpoint.name for endpoint in ENDPOINTS}
    for clauses in CONTRACTS.values():
        names = [(clause.name, clause.providers) for clause in clauses]
        assert len(set(names)) == len(names)


def test_every_clause_of_openai_s_has_a_row() -> None:
    rows = {
        "openai chat": test_openai.ROWS + test_openai.NAMED,
        "openai responses": test_openai_responses.ROWS + test_openai_responses.NAMED,
    }
    for dialect, given in rows.items():
        clauses = {clause.name for clause in CONTRACTS[dialect] if clause.providers & {"openai"}}
        assert clauses == {row[0] for row in given}, dialect


def test_every_clause_is_named_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    named = {clause.name for clauses in CONTRACTS.values() for clause in clauses}
    assert {name for name in named if f'"{name}"' not in tests} == set()


def test_the_page_of_all_clauses_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.contract.page`"
