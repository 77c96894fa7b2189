"""What is installed, whether it is caught, and whether what we send is what its models say."""

from __future__ import annotations

__all__: list[str] = []
