"""Proof and diagnosis of a deployed stack: what doctor looks at, what verify does, what the lab breaks.

One check is one file; `ALL` in `doctor` lists them in the order in which an event travels.
"""
