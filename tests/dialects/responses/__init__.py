"""The responses API and its conversations."""
