"""Tokens, made up so that they can be read back: each is a piece of a text, four bytes of UTF-8 at most, and its id its bytes."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["text_of", "tokens_of"]

#: How many bytes a token has at most, as tokens are estimated.
_SIZE = 4

#: Stands before a piece's bytes, so that those that are zero count.
_MARK = b"\1"


def tokens_of(text: str) -> list[tuple[int, str]]:
    """The tokens of a text, with their ids; no character is cut."""
    pieces: list[bytes] = []
    for sign in text:
        data = sign.encode("utf-8", "surrogatepass")
        if pieces and len(pieces[-1]) + len(data) <= _SIZE:
            pieces[-1] += data
        else:
            pieces.append(data)
    return [(int.from_bytes(_MARK + piece, "big"), piece.decode("utf-8", "surrogatepass")) for piece in pieces]


def text_of(ids: Iterable[int]) -> str:
    """The text of some tokens; one that is none of ours is the number that it is."""
    return "".join([_piece(one) for one in ids])


def _piece(one: int) -> str:
    data = one.to_bytes((one.bit_length() + 7) // 8, "big")
    try:
        return data.removeprefix(_MARK).decode("utf-8", "surrogatepass") if data.startswith(_MARK) else f" {one}"
    except UnicodeDecodeError:
        return f" {one}"
