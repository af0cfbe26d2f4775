"""The links of the chain from an upload to its summary: one file looks at one of them, and nothing else.

Comes in: a `Site`. Goes out: from each file a `CHECK`, whose `look` makes a `Finding`. Called by `doctor`, which lists
them in the order in which an event travels.
"""
