"""What we own in the account: the template, the Lambda package, and how both get there.

Comes in: a `Target` (AWS or the local cloud), a `StackSpec`, the sources of the functions. Goes out: a stack,
and its `StackOutputs`. Called by the commands, the checks and the local cloud. Read in this order:
`template.yaml`, `spec`, `package` (with `wheels`), `upload`, `apply`, `plan` (with `present`, `reading`, `permissions`),
`progress` (with `remedies`), `outputs`; who may deploy: `identity`, `policies`; buckets of others: `existing`,
`notifications`, `overlaps`; the end: `destroy` (with `emptying`, `probes`).
"""
