"""What it takes to add a provider, a wire API, an endpoint: one line, or one file and one entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest

from llm_intercept import (
    Call,
    CannotSay,
    UnansweredCall,
    connect_error,
    contains,
    dialects,
    disconnect,
    embedding,
    error,
    intercept,
    pause,
    providers,
    reach,
    reply,
    stream_event,
    tool_call,
)
from llm_intercept.framing.json import load
from llm_intercept.interceptor import Interceptor
from llm_intercept.replies.parts import Text
from llm_intercept.replies.reply import USUAL
from llm_intercept.rules.criteria import CRITERIA
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.transports import TRANSPORTS
from llm_intercept.wire import Request
from tests.extending import toy_http
from tests.extending.toys import TOY, Card, Language, Shouted, ToyCards, ToyChat, ToyCount, ToyVectors

HOST = "https://api.toy.test"
REQUEST = Request("POST", "https", "api.toy.test", None, "/toy", (), b"{}", "none")


def forget() -> None:
    """Forget what was found of hosts and paths while the tables were others."""
    for cached in (dialects.endpoint_of, providers.provider_of, reach.on_provider, reach._by_path, reach.plainly_foreign):
        cached.cache_clear()


@pytest.fixture
def _spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy's two entries."""
    monkeypatch.setattr(dialects, "ENDPOINTS", (*dialects.ENDPOINTS, ToyChat(), ToyCards(), ToyCount(), ToyVectors()))
    forget()
    yield
    forget()


@pytest.fixture
def _served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The line of a provider."""
    monkeypatch.setattr(providers, "_EXACT", {**providers._EXACT, "api.toy.test": TOY})
    forget()
    yield
    forget()


def post(llm: Interceptor, path: str, **body: Any) -> httpx2.Response:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return client.post(HOST + path, json=body)


@pytest.mark.usefixtures("_served")
def test_a_provider_that_speaks_a_known_wire_is_one_line() -> None:
    client = openai.OpenAI(base_url=f"{HOST}/v1", api_key="k")
    with intercept("Paris.") as llm:
        said = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Capital of France?"}])
    assert said.choices[0].message.content == "Paris."
    assert llm.calls.one.provider == "toy"


@pytest.mark.usefixtures("_spoken")
def test_a_wire_is_one_class_and_one_entry() -> None:
    llm = Interceptor(reply("Hello.", tool_call("wave")))
    answered = post(llm, "/toy/chat", say="hi")
    said = answered.json()
    assert (said["said"], said["end"]) == ([{"text": "Hello."}, {"tool": "wave", "with": "{}"}], "tool")
    assert said["id"].startswith("toy-")
    assert said["spent"] > 0
    assert answered.headers["x-toy"]
    assert llm.calls.one.prompt == "hi"


@pytest.mark.usefixtures("_spoken")
def test_its_stream_is_in_its_own_framing_events_of_tomorrow_included() -> None:
    llm = Interceptor(reply("Hello", stream_event({"new": 1}), "!"))
    answered = post(llm, "/toy/chat", say="hi", stream=True)
    assert answered.headers["content-type"] == "application/x-bars"
    head, *events, end, tail = answered.text.split("|")
    assert (head, events, tail) == ("", ['{"text":"Hel"}', '{"text":"lo"}', '{"new":1}', '{"text":"!"}'], "")
    assert '"end":"done"' in end
    assert post(llm, "/toy/chat", say="hi").json()["said"] == [{"text": "Hello!"}]


@pytest.mark.usefixtures("_spoken")
def test_what_it_keeps_is_found_by_a_later_call() -> None:
    llm = Interceptor("Hello.")
    first = post(llm, "/toy/chat", say="one").json()["id"]
    post(llm, "/toy/chat", say="two", after=first)
    assert [message.text for message in llm.calls[-1].messages] == ["one", "two"]
    llm.reset()
    post(llm, "/toy/chat", say="two", after=first)
    assert [message.text for message in llm.calls[-1].messages] == ["two"]


@pytest.mark.usefixtures("_spoken")
def test_what_it_would_refuse_is_refused_unless_the_contract_is_off() -> None:
    for contract, status in (("refuse", 422), ("off", 200)):
        assert post(Interceptor("Hi", contract=contract), "/toy/chat", say="hi", rude=True).status_code == status
        assert post(Interceptor("Hi", contract=contract), "/toy/chat").json() == {"went": "wrong", "why": "say what?"}


@pytest.mark.usefixtures("_spoken")
def test_an_endpoint_that_says_no_reply_answers_on_its_own() -> None:
    answers = Interceptor(default=None)
    answers.on("hi").reply("Hello.")
    answers.on(prompt="five", operation="count_tokens").reply({"tokens": 5})
    answers.on(prompt="broken", operation="count_tokens").reply(error(500, "no"))
    answers.on(prompt="odd", operation="count_tokens").reply("odd")
    assert post(answers, "/toy/count", say="hi").json() == {"tokens": 8}
    assert post(answers, "/toy/count", say="five").json() == {"tokens": 5}
    assert post(answers, "/toy/count", say="broken").json() == {"went": "wrong", "why": "no"}
    with pytest.raises(CannotSay, match="toy count cannot say that; its answer is one object, or an error"):
        post(answers, "/toy/count", say="odd")
    assert [call.rule is None for call in answers.calls] == [True, False, False, False]
    assert repr(answers.calls[0].reply) == "usual"


@pytest.mark.usefixtures("_spoken")
def test_an_operation_made_of_parts_is_answered_by_the_rules_that_reply_them() -> None:
    llm = Interceptor("Hello.")
    llm.on("north").reply(embedding([0, 1]))
    llm.on("both").reply(pause(0), embedding([0, 1]), embedding([1, 0]), headers={"x-of": "two"})
    llm.on("broken").reply(embedding([0, 1]), disconnect())
    llm.on("refused").replies(reply(connect_error()), embedding([1]))
    llm.on(prompt="usual", operation="embeddings").reply(delay=0.01)
    llm.on("north").reply("North.")
    assert post(llm, "/toy/vectors", say="hi").json() == {"vectors": [[1.0]]}
    assert post(llm, "/toy/vectors", say="north").json() == {"vectors": [[0.0, 1.0]]}
    both = post(llm, "/toy/vectors", say="both")
    assert (both.json(), both.headers["x-of"]) == ({"vectors": [[0.0, 1.0], [1.0, 0.0]]}, "two")
    assert post(llm, "/toy/vectors", say="usual").json() == {"vectors": [[1.0]]}
    with pytest.raises(httpx2.RemoteProtocolError):
        post(llm, "/toy/vectors", say="broken")
    with pytest.raises(httpx2.ConnectError):
        post(llm, "/toy/vectors", say="refused")
    assert post(llm, "/toy/chat", say="north").json()["said"] == [{"text": "North."}]
    assert post(llm, "/toy/chat", say="hi").json()["said"] == [{"text": "Hello."}]


def test_a_wire_without_pictures_and_sounds_says_the_text_instead() -> None:
    assert ToyChat().shown("Hi", Call(REQUEST, "toy", "chat", "toy chat")) == Text("Hi")


def test_an_operation_that_says_parts_must_tell_how() -> None:
    class Untold(ToyCount):
        says = (Text,)

    call = Call(REQUEST, "toy", "count_tokens", "toy count")
    with pytest.raises(TypeError, match="toy count says parts, and does not tell how"):
        Untold().write(reply("Hi"), call, Stamp("0" * 128), len)


@pytest.mark.usefixtures("_spoken")
def test_an_operation_is_told_what_it_cannot_say() -> None:
    llm = Interceptor()
    llm.on(operation="embeddings").reply("north")
    with pytest.raises(CannotSay, match="toy vectors cannot say that; its answer is embedding, one object, or an error"):
        post(llm, "/toy/vectors", say="hi")
    with pytest.raises(CannotSay, match=r"toy chat cannot say embedding\(\[1\]\)"):
        post(Interceptor(embedding([1])), "/toy/chat", say="hi")


@pytest.mark.usefixtures("_spoken")
def test_a_reply_that_a_request_brings_along_is_for_those_who_say_replies() -> None:
    llm = Interceptor("Hello.")
    assert post(llm, "/toy/chat", say="hi", mock_response="Mine.").json()["said"] == [{"text": "Mine."}]
    assert post(llm, "/toy/count", say="hi", mock_response="Mine.").json() == {"tokens": 8}


def test_a_wire_that_says_replies_has_no_usual_answer() -> None:
    call = Call(Request("POST", "https", "api.toy.test", None, "/toy/chat", (), b"{}", "none"), "toy", "chat", "toy chat")
    with pytest.raises(TypeError, match="toy chat says replies, and has no usual answer"):
        ToyChat().write(USUAL, call, Stamp("0" * 128), len)


@pytest.mark.usefixtures("_spoken")
def test_a_kind_of_part_is_one_class_and_a_wire_that_has_no_word_for_it_refuses_it() -> None:
    llm = Interceptor(reply("Look:", Card("Ace")))
    assert post(llm, "/toy/cards", say="hi").json()["said"] == [{"text": "Look:"}, {"card": "Ace"}]
    with pytest.raises(CannotSay, match=r"toy chat cannot say Card\('Ace'\)"):
        post(llm, "/toy/chat", say="hi")


@pytest.mark.usefixtures("_spoken")
def test_a_criterion_is_one_class_and_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm_intercept.rules.criteria.CRITERIA", {**CRITERIA, Language.name: Language})
    llm = Interceptor(default=None)
    llm.on(language={"fr", "it"}).reply("Bonjour.")
    assert post(llm, "/toy/chat", say="hi", language="fr").json()["said"] == [{"text": "Bonjour."}]
    with pytest.raises(UnansweredCall, match="the call has 'de'"):
        post(llm, "/toy/chat", say="hi", language="de")


@pytest.mark.usefixtures("_spoken")
def test_a_matcher_is_one_class() -> None:
    llm = Interceptor("Yes?")
    rule = llm.on(prompt=Shouted() & ~contains("PARIS")).reply("Calm down.")
    assert "the user's last text is Shouted() and not so that it contains 'PARIS'" in str(rule)
    said = [post(llm, "/toy/chat", say=text).json()["said"][0]["text"] for text in ("HELLO", "hello", "PARIS")]
    assert said == ["Calm down.", "Yes?", "Yes?"]


@pytest.fixture
def _caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry of the toy's HTTP library."""
    monkeypatch.setitem(TRANSPORTS, toy_http.__name__, "tests.extending.toy_transport")


@pytest.mark.usefixtures("_caught", "_spoken", "_served")
def test_an_http_library_is_one_file_and_one_entry() -> None:
    original, client = toy_http.Client.send, toy_http.Client()
    with intercept("Hello.") as llm:
        assert toy_http.Client.send is not original
        status, body = client.send("POST", f"{HOST}/toy/chat", {"content-type": "application/json"}, b'{"say": "hi"}')
    assert toy_http.Client.send is original
    assert (status, load(body)["said"]) == (200, [{"text": "Hello."}])
    assert (llm.calls.one.request.library, llm.calls.one.outcome) == ("toy_http", "complete")


@pytest.mark.usefixtures("_caught", "_spoken", "_served")
def test_its_faults_are_its_own_and_what_a_rule_lets_through_goes() -> None:
    with intercept() as llm:
        llm.on("broken").reply("Hel", disconnect())
        llm.on("away").passthrough()
        with pytest.raises(toy_http.Broken, match="disconnect"):
            toy_http.Client().send("POST", f"{HOST}/toy/chat", {}, b'{"say": "broken", "stream": true}')
        with pytest.raises(toy_http.Broken, match="no network"):
            toy_http.Client().send("POST", f"{HOST}/toy/chat", {}, b'{"say": "away"}')
    assert [call.outcome for call in llm.calls] == ["failed", "passed"]
    with intercept(), pytest.raises(toy_http.Broken, match="no network"):
        toy_http.Client().send("GET", "https://example.org/", {}, b"")
