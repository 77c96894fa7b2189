"""OpenAI's chat wire, in every flavour."""
