"""Anthropic's wire APIs."""
