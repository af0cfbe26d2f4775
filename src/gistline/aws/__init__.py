"""What the functions ask of AWS: S3 and, for the sweeper, Lambda; without boto3, which costs a cold start too much.

`objects` is the way in: the objects of one bucket. Behind it, `obstores` does the talking, and `literalkeys` where a key
must travel letter by letter, over `wire`, whose requests `signature` signs. `s3` holds what all share, `digests` looks
whether bytes have changed on the way, `lineage` lets Lambda see a loop. `catalogue` is the other way in, for the sweep:
lists and HEADs, by `listing`; and `invoking` is Lambda. Called by `pipeline` and `functions`.
"""
