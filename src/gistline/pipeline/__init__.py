"""The way of one CSV: an event comes in, a summary lies in the bucket.

Walk it in this order: `notification` (raw event -> records), `keys` (ours? where will the summary lie?),
`process` (the story of one record, with `limits` on its time and memory), `reconcile` (when and how a summary is
written, with the `mark` that it bears), `objects` (the bucket; `obstores` and `literalkeys` do the talking, `s3`
holds what both share, `signature` signs), `log` (the words in the log). Beside it, `record`: the verdict on what Lambda
has given up. Called by `functions`.
"""
