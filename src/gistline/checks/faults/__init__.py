"""Faults that teach. Each breaks exactly one thing of a deployed stack, and can put it back in a later process.

One fault is one file; `catalogue` lists them. `fault` says what a fault is, `probe` sends a CSV in and tells what a
person would see, `levers` are the things that a fault moves. Nothing is remembered between two processes: what
is right is read from the stack itself, as the doctor does it.
"""
