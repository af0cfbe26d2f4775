"""Proof and diagnosis of a deployed stack: what doctor looks at, what verify does, what the lab breaks.

One check is one file in `links`; `ALL` in `doctor` lists them in the order in which an event travels. What several of
them need is here: `check` (findings), `asking`, `samples`, `metrics`; how it was deployed: `deployed`, `template`,
`restore`; policies: `policy`, `conditions`, `roles`, `grants`; rules: `rules`. `verify` uploads a `canary` and is the
`judge` of its summary. `faults` is the lab's.
"""
