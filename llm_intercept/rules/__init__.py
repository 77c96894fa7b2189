"""3 choose: criteria, rules and the rulebook that holds them in order."""

from llm_intercept.rules.criteria import CRITERIA
from llm_intercept.rules.criterion import Criterion
from llm_intercept.rules.matchers import contains, words
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.rulebook import Choice, Rulebook

__all__ = ["CRITERIA", "Choice", "Criterion", "Rule", "Rulebook", "contains", "words"]
