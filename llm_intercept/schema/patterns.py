"""Regular expressions of JSON schemas, which are JavaScript's or Rust's as often as Python's, as Python compiles them."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["PROPERTIES", "compiled"]

#: Unicode properties that schemas ask for, as what stands in a class. Python has no words for them.
PROPERTIES = {
    "L": r"^\W\d_", "Letter": r"^\W\d_", "Alphabetic": r"^\W\d_", "Lu": "A-ZÀ-ÖØ-Þ", "Ll": "a-zß-öø-ÿ",
    "N": r"\d", "Nd": r"\d", "P": r"!-/:-@\[-`{-~", "S": r"$+<=>^`|~", "Z": r"\s", "Zs": r"\s", "Alnum": r"^\W_",
}  # fmt: skip

_TOKEN = re.compile(
    r"""
    \\u\{(?P<code>[0-9a-fA-F]{1,6})\} | \\[pP]\{(?P<property>[^}]*)\} | \\k<(?P<back>\w+)> | (?P<end>\\[zZ])
    | \\c(?P<control>[A-Za-z]) | \\(?P<escaped>.) | \(\?<(?P<group>[A-Za-z_]\w*)> | (?P<bracket>\[\^?\]?|\]) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

#: The same in a class, where a bracket that opens is a character.
_INSIDE = re.compile(_TOKEN.pattern.replace(r"\[\^?\]?|\]", r"\[|\]"), re.VERBOSE | re.DOTALL)

#: What Python knows behind a backslash; another letter stands for itself, as JavaScript has it.
_ESCAPES = "AbBdDsSwWabfnrtvxuU0123456789"


def _translated(pattern: str) -> str:
    written: list[str] = []
    at, inside = 0, False
    while token := (_INSIDE if inside else _TOKEN).match(pattern, at):
        text, at = token[0], token.end()
        match token.lastgroup:
            case "code":
                text = re.escape(chr(int(token["code"], 16)))
            case "property":
                name = token["property"].rpartition("=")[2]
                text = _class(PROPERTIES[name], text[1] == "P", inside)
            case "back":
                text = f"(?P={token['back']})"
            case "end":
                text = r"\Z"
            case "control":
                text = f"\\x{ord(token['control']) % 32:02x}"
            case "escaped" if token["escaped"].isalnum() and token["escaped"] not in _ESCAPES:
                text = token["escaped"]
            case "group":
                text = f"(?P<{token['group']}>"
            case "bracket" if inside:
                inside = text == "["
                text = "\\[" if inside else text
            case "bracket":
                inside = text != "]"
            case "other" if inside and text in "-&~|" and written and written[-1] == text:
                text = f"\\{text}"
        written.append(text)
    return "".join(written) + pattern[at:]


def _class(ranges: str, negated: bool, inside: bool) -> str:
    if ranges.startswith("^") != negated:
        if inside:
            # A class cannot hold what another one leaves out; letters are what schemas mean by it.
            return "A-Za-zÀ-ÖØ-öø-ÿĀ-ɏͰ-ϿЀ-ӿ֐-׿؀-ۿऀ-ॿ぀-ヿ一-鿿가-힣"
        return f"[^{ranges.lstrip('^')}]"
    return ranges.lstrip("^") if inside else f"[{ranges.lstrip('^')}]"


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern as Python compiles it; None for what it cannot."""
    try:
        return re.compile(_translated(pattern))
    except (re.error, KeyError, OverflowError, ValueError, RecursionError):
        return None
