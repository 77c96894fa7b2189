"""What goes wrong by chance: seeded, so that it goes wrong in the same way again."""

from llm_intercept.chaos.chaos import Chaos

__all__ = ["Chaos"]
