"""What we add to a call and to a streamed chunk, against the same SDK on a bare `MockTransport`: `python -m tests.bench`."""
