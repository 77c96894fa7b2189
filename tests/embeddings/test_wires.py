"""Every wire that makes embeddings: made-up vectors, in order and of the size asked for, what they cost, and what a rule says."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, embedding, error, image, intercept, reply
from llm_intercept.synthesis.embedding import embed
from tests.embeddings.wires import WIRES, ask, post

TEXTS = ("What is the capital of France?", "Paris is the capital city of France", "Bananas are rich in potassium")

every_wire = pytest.mark.parametrize("name", WIRES)
several = pytest.mark.parametrize("name", [name for name, wire in WIRES.items() if not wire.alone])


def texts(name: str) -> tuple[str, ...]:
    return TEXTS[:1] if WIRES[name].alone else TEXTS


@every_wire
def test_each_text_has_its_vector_in_order_and_of_the_models_size(name: str) -> None:
    wire, llm = WIRES[name], Interceptor()
    answer = ask(llm, name, texts(name))
    assert answer.status == 200
    assert wire.vectors(answer.json) == [list(embed([text], wire.dimensions)) for text in texts(name)]


@every_wire
def test_the_call_tells_what_was_asked(name: str) -> None:
    llm = Interceptor()
    ask(llm, name, texts(name))
    call = llm.calls.one.call
    assert (call.operation, call.model) == ("embeddings", WIRES[name].model)
    assert [(message.role, message.text) for message in call.messages] == [("user", text) for text in texts(name)]
    assert llm.calls.one.prompt == texts(name)[-1]


@pytest.mark.parametrize("name", [name for name, wire in WIRES.items() if wire.cost is not None])
def test_what_it_costs_is_counted(name: str) -> None:
    wire, llm = WIRES[name], Interceptor(count_tokens=lambda text: len(text.split()))
    assert wire.cost is not None
    assert wire.cost(ask(llm, name, texts(name)).json) == sum(len(text.split()) for text in texts(name))


@pytest.mark.parametrize(("name", "size"), [(name, size) for name, wire in WIRES.items() if wire.size for size in wire.sizes])
def test_fewer_dimensions_can_be_asked_for(name: str, size: int) -> None:
    wire, llm = WIRES[name], Interceptor()
    assert wire.size is not None
    answer = post(llm, wire.url, wire.size(wire.body(texts(name)), size), wire.headers)
    assert wire.vectors(answer.json) == [list(embed([text], size)) for text in texts(name)]


@every_wire
def test_the_same_call_has_the_same_vectors_whatever_the_seed(name: str) -> None:
    wire = WIRES[name]
    told = [wire.vectors(ask(Interceptor(seed=seed), name, texts(name)).json) for seed in (0, 0, 7)]
    assert told[0] == told[1] == told[2]


@every_wire
def test_a_rule_may_give_the_vectors(name: str) -> None:
    wire, llm = WIRES[name], Interceptor()
    rule = llm.on(model=wire.model).reply(embedding([0.25, -0.5]))
    llm.on(model=wire.model).reply("Words are for completions.")
    answer = ask(llm, name, texts(name))
    assert wire.vectors(answer.json) == [[0.25, -0.5]] * len(texts(name))
    assert llm.calls.one.rule is rule


@several
def test_a_rule_may_give_each_input_its_own(name: str) -> None:
    wire, llm = WIRES[name], Interceptor()
    given = [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]
    llm.on("potassium").reply(*map(embedding, given))
    assert wire.vectors(ask(llm, name, TEXTS).json) == given
    assert wire.vectors(ask(llm, name, TEXTS[:2]).json) != given[:2]  # the rule is about another text


@several
def test_too_few_vectors_are_no_answer(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="embeddings").reply(embedding([1.0]), embedding([2.0]))
    with pytest.raises(
        CannotSay, match=r"cannot say 2 embeddings for 3 inputs; give one for all of them, or one each\.\n  reply: "
    ):
        ask(llm, name, TEXTS)
    llm.failures.clear()


@every_wire
def test_a_rule_without_vectors_lets_the_embeddings_be(name: str) -> None:
    wire, llm = WIRES[name], Interceptor("Otherwise.")
    llm.on("capital").reply("Paris.")
    llm.on(operation="chat").reply(error(500))
    assert wire.vectors(ask(llm, name, texts(name)).json)[0] == list(embed([TEXTS[0]], wire.dimensions))
    assert llm.calls.one.rule is None


@every_wire
def test_what_a_rule_says_the_cost_is_it_costs(name: str) -> None:
    wire, llm = WIRES[name], Interceptor()
    llm.on(operation="embeddings").reply(embedding([1.0]), usage={"input": 7, "output": 0}, headers={"x-mine": "yes"})
    answer = ask(llm, name, texts(name)[:1])
    assert answer.headers["x-mine"] == "yes"
    assert wire.cost is None or wire.cost(answer.json) == 7


@every_wire
def test_a_rule_that_names_the_operation_may_give_the_whole_body_or_an_error(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="embeddings").replies({"anything": 1}, error(429, "Slow down."), error(503))
    assert ask(llm, name, texts(name)).json == {"anything": 1}
    refused = ask(llm, name, texts(name))
    assert refused.status == 429
    assert "Slow down." in str(refused.json)
    assert ask(llm, name, texts(name)).status == 503


@every_wire
@pytest.mark.parametrize("said", ["Words.", reply(image(b"png"), embedding([1.0]))], ids=["text", "image"])
def test_what_is_no_vector_is_refused(name: str, said: Any) -> None:
    llm = Interceptor()
    llm.on(operation="embeddings").reply(said)
    with pytest.raises(CannotSay, match="cannot say that; its answer is embedding, one object, or an error"):
        ask(llm, name, texts(name))
    llm.failures.clear()


@every_wire
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"7", b'"text"', b"null", b"\xff", b"{}"], ids=repr)
def test_a_malformed_body_is_the_providers_own_refusal(name: str, body: bytes) -> None:
    llm = Interceptor()
    answer = post(llm, WIRES[name].url, body, WIRES[name].headers)
    assert answer.status in (400, 404, 422)
    assert llm.calls.one.operation == "embeddings"


def test_a_chat_and_its_embeddings_go_on_beside_each_other() -> None:
    openai = pytest.importorskip("openai")
    with intercept("Paris.") as llm:
        client = openai.OpenAI()
        vector = client.embeddings.create(model="text-embedding-3-small", input="France").data[0].embedding
        said = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "France?"}])
    assert vector == list(embed(["France"], 1536))
    assert said.choices[0].message.content == "Paris."
    assert [entry.operation for entry in llm.calls] == ["embeddings", "chat"]


def test_what_is_said_where_no_rule_answers_may_be_a_vector() -> None:
    given = embedding([0.25, -0.5])
    alone, otherwise, ruled = Interceptor(default=given), Interceptor(given), Interceptor(default=given)
    for llm in (otherwise, ruled):
        llm.on("Paris").reply("A rule, so that the default is not said.")
    told = [WIRES["openai"].vectors(ask(llm, "openai", TEXTS[:1]).json)[0] for llm in (alone, otherwise, ruled)]
    assert told == [[0.25, -0.5], [0.25, -0.5], list(embed(TEXTS[:1], 1536))]
