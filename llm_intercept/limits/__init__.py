"""What a provider allows in a minute and at once, and what it says of it."""

from llm_intercept.limits.limiter import Limiter
from llm_intercept.limits.limits import Limits

__all__ = ["Limiter", "Limits"]
