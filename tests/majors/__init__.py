"""What we send, judged by the models of the SDKs that are installed, whichever major that is: `nox -s majors` pins each.

Nothing here reads an answer with an SDK: the framing is decoded in `decoding`, and `tests.judges` has the models. `kinds` says what
is posted where, `replies` what is said, and `exceptions` what a model does not know or a wire cannot say, each with its reason.
"""
