"""The local cloud: AWS's interfaces on this machine's loopback, without Docker and without an account.

    up            starts the server and deploys the stack by the very template that AWS gets
    lifecycle     one server per home: start, find, stop, clean up after a killed one
    state         what a running server tells the command line, in one private file
    server        the process: MiniStack's application on a loopback socket
    ministack     hangs the rooms below into MiniStack's private names
    lambdaservice Lambda's side of that
    enforcement   what AWS asks IAM and MiniStack does not, likewise: may S3 invoke this function?
    loggroups     a log line, kept while its function still runs, likewise; no other file touches those names
    request_id    S3's own request id, the same in the answer to an upload and in the event
    gateway       what stands before it: the status page, and what nobody shall reach
    gate          which rule means a key? do two overlap?
    delivery      the queue of asynchronous invocations
    attempts      AWS's rules for their retries
    destination   where an event goes that the function could not handle
    pool          keeps functions' processes warm
    environment   one such, an invocation at a time; `process` is its process, `bootstrap` what runs inside it
    ledger        what was let through, refused, retried, given up: counted

MiniStack brings S3, Lambda, IAM, SQS, CloudWatch Logs and CloudFormation. We add what it leaves out and
this project is about: that S3 invokes a function only where the function's resource-based policy allows it,
and that an invocation is retried, throttled and given up as AWS does it.

It is no sandbox. A function gets no variable, no package and no credential from its host, but its process runs
as you, and can read the files that you can read. Run code of strangers on AWS, or in a container.
"""
