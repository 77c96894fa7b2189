"""What the documentation draws from the code: `python -m tests.documents` writes it, a test compares."""
