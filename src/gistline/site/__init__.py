"""What a deployed stack holds and says, for the verbs and checks that a person calls; AWS and the local cloud are alike.

Comes in: a `Site`, keys, prefixes. Goes out: what lies there and what became of it; uploads, and events sent again.
Called by the commands and the checks. Read in this order: `site`; what lies there: `inputs`, `summaries`, `catalogue`;
what was said: `logs`, `timeline`, `story`, `lastwords`; what a person has done: `uploads`, `redo`, `cleaning`; what
failed for good: `failures`, `deadletters`, `redriving`.
"""
