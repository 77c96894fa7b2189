"""The pages of the site, as mkdocs.yml lists them, and llms.txt: each page's title, address and first sentence."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["listed", "llms"]

ROOT = Path(__file__).parents[2]


def listed() -> list[tuple[str, str]]:
    """Section and file of each page, in the order of the site."""
    found, section = [], ""
    nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    for line in nav.splitlines():
        if heading := re.fullmatch(r"  - ([^:]+):", line):
            section = heading[1]
        elif page := re.search(r"([\w/-]+\.md)$", line):
            found.append((section if line.startswith("      ") else "", page[1]))
    return found


def llms(docs: Path) -> str:
    """The list of all pages for machines; see https://llmstxt.org."""
    lines = [
        "# llm_intercept",
        "",
        "> LLM calls, answered inside the process: real SDK code runs unchanged, with no key,",
        "> no server and no network.",
    ]
    last: str | None = None
    for section, page in listed():
        if section != last:
            lines += ["", f"## {section or 'Start'}", ""]
            last = section
        title, told = _opening((docs / page).read_text("utf-8"))
        lines.append(f"- [{title}]({page}){f': {told}' if told else ''}")
    return "\n".join(lines) + "\n"


def _opening(text: str) -> tuple[str, str]:
    """A page's title, and the first sentence below it, without its marks."""
    title, _, rest = text.removeprefix("# ").partition("\n")
    paragraph = " ".join(rest.strip().split("\n\n")[0].split())
    if paragraph.startswith(("#", "|", "```", "<", "-")):
        return title.strip("`"), ""
    sentence = re.split(r"(?<=[.:]) ", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph))[0]
    return title, sentence.rstrip(":")
