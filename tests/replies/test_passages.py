"""From parts to passages: nothing is lost, the order is kept, adjacent texts are one."""

from __future__ import annotations

from itertools import chain, groupby, takewhile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import disconnect, pause, reset, tool_call
from llm_intercept.replies.parts import Citation, Media, Native, Refusal, StreamEvent, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage, Utterance, utter
from llm_intercept.wire import Fail, Pause

texts = st.builds(Text, st.text(max_size=5), st.booleans())
tools = st.builds(ToolCall, st.sampled_from(["look", "buy"]), st.sampled_from(["", "{}", '{"a":1}']), st.none() | st.just("id"))
thoughts = st.builds(Thinking, st.text(max_size=5), st.none() | st.just("signed"), st.booleans())
refusals = st.builds(Refusal, st.text(max_size=5))
pieces = st.builds(Native, st.just({"type": "odd"})) | st.builds(Media, st.just("image"), st.just(b"png"), st.just("image/png"))
events = st.builds(StreamEvent, st.just({"type": "new"}))
pauses = st.builds(Pause, st.floats(0, 10))
faults = st.sampled_from([disconnect(), reset()])
whole = st.one_of(tools, thoughts, refusals, pieces)
unbroken = st.lists(st.one_of(texts, whole, pauses, events), max_size=8).map(tuple)
anything = st.lists(st.one_of(texts, whole, pauses, events, faults), max_size=8).map(tuple)

PAGE, DOCUMENT = Citation(url="https://a.test"), Citation(document=0)


def played(said: Utterance) -> list[Any]:
    return [*said.opening, *chain.from_iterable(passage.fragments for passage in said.passages)]


def streamed(part: Any) -> list[Any]:
    """The fragments of one part."""
    match part:
        case ToolCall(arguments=text) | Thinking(text=text) | Refusal(text=text):
            return [Text(text)]
        case Native() | Media():
            return [Text("")]
        case _:
            return [part]


def opens_broken(parts: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Fail) for part in takewhile(lambda part: isinstance(part, Pause | Fail), parts))


@given(anything)
def test_every_part_is_played_once_and_in_its_place(parts: tuple[Any, ...]) -> None:
    expected = [one for part in parts for one in streamed(part)]
    if opens_broken(parts):
        expected = list(takewhile(lambda part: isinstance(part, Pause | Fail), parts))
    assert played(utter(parts)) == expected


@given(unbroken)
def test_adjacent_texts_are_one_passage_and_every_other_part_is_its_own(parts: tuple[Any, ...]) -> None:
    said = [part for part in parts if not isinstance(part, Pause | StreamEvent)]
    grouped = [(kind, list(group)) for kind, group in groupby(said, key=lambda part: isinstance(part, Text))]
    expected: list[Any] = []
    for is_text, group in grouped:
        expected += [Text("".join(part.text for part in group))] if is_text else group
    if not expected and parts:
        expected = [Text("")]
    assert [passage.part for passage in utter(parts).passages] == expected


@pytest.mark.parametrize(
    ("parts", "passages"),
    [
        (
            (Text("a"), PAGE, Text("b")),
            (Passage(Text("a"), (Text("a"),), (PAGE,)), Passage(Text("b"), (Text("b"),))),
        ),
        ((Text("a"), pause(1), PAGE, DOCUMENT), (Passage(Text("a"), (Text("a"), pause(1)), (PAGE, DOCUMENT)),)),
        ((Text("a"), PAGE, pause(1), DOCUMENT), (Passage(Text("a"), (Text("a"), pause(1)), (PAGE, DOCUMENT)),)),
        ((Text("a"), Text("b"), PAGE), (Passage(Text("ab"), (Text("a"), Text("b")), (PAGE,)),)),
        ((Text(""), PAGE), (Passage(Text(""), (Text(""),), (PAGE,)),)),
    ],
)
def test_a_citation_ends_the_text_that_it_is_about(parts: Any, passages: tuple[Passage, ...]) -> None:
    assert utter(parts).passages == passages


@given(anything, st.integers(1, 3))
def test_an_event_streams_in_its_place_as_the_bytes_of_its_framing(parts: tuple[Any, ...], size: int) -> None:
    said = utter(parts)
    framed = [passage.framed(lambda event: repr(event).encode()) for passage in said.passages]
    frames = [piece for passage in framed for piece in passage.pieces(size) if isinstance(piece, bytes)]
    events = [fragment for passage in said.passages for fragment in passage.fragments if isinstance(fragment, StreamEvent)]
    assert frames == [repr(event).encode() for event in events]
    assert said.events == bool(events) or opens_broken(parts)
    for passage in said.passages:
        if any(isinstance(fragment, StreamEvent) for fragment in passage.fragments):
            with pytest.raises(TypeError, match="an event has no bytes before it is framed"):
                [*passage.pieces(size)]


@given(unbroken)
def test_an_unbroken_utterance_knows_its_pauses_and_its_tool_calls(parts: tuple[Any, ...]) -> None:
    said = utter(parts)
    assert said.broken is None
    assert said.opening == ()
    assert said.seconds == sum(part.seconds for part in parts if isinstance(part, Pause))
    kinds = {type(part) for part in parts}
    assert said.finish == ("tool_calls" if ToolCall in kinds else "refusal" if Refusal in kinds else "stop")


@given(anything)
def test_the_first_fault_is_the_one_that_breaks_it(parts: tuple[Any, ...]) -> None:
    said = utter(parts)
    first = next((part for part in parts if isinstance(part, Fail)), None)
    if opens_broken(parts):
        assert said == Utterance((), tuple(takewhile(lambda part: isinstance(part, Pause | Fail), parts)))
    else:
        assert said.broken == first


@given(unbroken, unbroken)
def test_a_pause_after_the_break_is_never_waited_for(before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    said = utter((Text("a"), *before, disconnect(), *after))
    assert said.seconds == sum(part.seconds for part in before if isinstance(part, Pause))


@pytest.mark.parametrize(
    ("parts", "passages"),
    [
        ((), ()),
        ((Text(""),), (Passage(Text(""), (Text(""),)),)),
        ((pause(1),), (Passage(Text(""), (pause(1),)),)),
        ((pause(1), Text("a")), (Passage(Text("a"), (pause(1), Text("a"))),)),
        ((Text("a"), pause(1), Text("b")), (Passage(Text("ab"), (Text("a"), pause(1), Text("b"))),)),
        ((Text("a"), disconnect()), (Passage(Text("a"), (Text("a"), disconnect())),)),
        (
            (Text("a"), tool_call("f"), Text("b")),
            (
                Passage(Text("a"), (Text("a"),)),
                Passage(tool_call("f"), (Text("{}"),)),
                Passage(Text("b"), (Text("b"),)),
            ),
        ),
        (
            (tool_call("f"), pause(1), tool_call("g"), pause(2)),
            (Passage(tool_call("f"), (Text("{}"),)), Passage(tool_call("g"), (pause(1), Text("{}"), pause(2)))),
        ),
    ],
    ids=repr,
)
def test_passages_and_the_fragments_they_stream_in(parts: Any, passages: tuple[Passage, ...]) -> None:
    assert utter(parts).passages == passages


@given(unbroken, st.integers(1, 5))
def test_the_pieces_of_a_passage_joined_are_its_whole(parts: tuple[Any, ...], size: int) -> None:
    for passage in utter(parts).passages:
        whole = passage.part.text if isinstance(passage.part, Text) else "".join(one.text for one in streamed(passage.part))
        framed = passage.framed(lambda _: b"")
        assert "".join(piece for piece in framed.pieces(size) if isinstance(piece, str)) == whole


def test_a_whole_text_streams_as_one_piece_and_a_fault_where_it_stands() -> None:
    passage = Passage(Text(""), (Text("abcdef"), Text("abcdef", whole=True), pause(1), reset()))
    assert list(passage.pieces(4)) == ["abcd", "ef", "abcdef", pause(1), reset()]
