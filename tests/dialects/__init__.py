"""Wire APIs: what they read, what they write, and what they refuse."""
