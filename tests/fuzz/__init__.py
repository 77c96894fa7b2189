"""What may be sent and is no request: whatever it is, the provider answers, or we say that we cannot; nothing of ours is raised.

python -m tests.fuzz [--seconds N] [--recorded DIR]      ten minutes, over the seeds here and the recordings there
"""
