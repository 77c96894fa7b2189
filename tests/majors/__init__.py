"""What we send, judged by the models of the SDKs that are installed, whichever major that is: `nox -s majors` pins each.

Nothing here reads an answer with an SDK: `llm_intercept.doctor.wires` has what is posted and said, what a model does not know or
a wire cannot say, and why, and `llm_intercept.doctor.judges` the models.
"""
