"""The engine in plain Python: the specification, the oracle and the fallback.

Comes in: lines and a dialect. Goes out: a `TableState`. Called by `engine` (the pass: `table`, `rows`,
`column`) and by `facts` (what the counts say). One statistic is one file, which holds how rows are added,
how parts are merged and how the result is read; the listing of this folder is the list of what is known of a column.
"""
