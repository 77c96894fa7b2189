"""Values and events to bytes: compact JSON and server-sent events."""

__all__: list[str] = []
