"""The way of one CSV: an event comes in, a summary lies in the bucket.

Walk it in this order: `notification` (raw event -> records), `keys` (ours? where will the summary lie?),
`process` (the story of one record, with `limits` on its time and memory), `reconcile` (when and how a summary is
written, with the `mark` that it bears), `log` (the words in the log). Beside it, `record`: the verdict on what Lambda
has given up; and `sweep`: what no event has told of, judged by `lack`, for which `hint` makes an event. Called by
`functions`; the bucket itself is in `aws`.
"""
