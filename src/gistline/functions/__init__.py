"""The doors that the cloud opens: `summarizer`, `recorder`, `sweeper` and `producer`, each with its `handler`; thin.

Comes in: Lambda's event and context. Goes out: a small JSON-able answer, or an error. Called by Lambda; the
work is done in `pipeline` and, for the producer's data, in `synthetic`. `hands` is what the first two work with,
which write summaries.
"""
