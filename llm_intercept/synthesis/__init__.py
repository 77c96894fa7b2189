"""Payloads made up: ids and timestamps, token counts, grapheme clusters."""

__all__: list[str] = []
