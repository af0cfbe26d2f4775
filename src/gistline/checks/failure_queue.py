"""Where do events go that the function could not handle, and are some waiting there?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator
from typing import Any

from gistline.checks import restore
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.stack.site import Site

ID = "failure-queue"
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def look(site: Site) -> Finding:
    """Look at the on-failure destination and its queue."""
    looked_at = f"on-failure destination of {site.outputs.summarizer_name}"
    sqs, url = site.target.client("sqs"), site.outputs.failure_queue_url
    queue: Any = found(lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]), *GONE)
    if queue is None:
        gone = Trouble(Verdict.FAIL, f"there is no queue {url}", Remedy("deploy the stack again"))
        return find(ID, looked_at, [gone], healthy="")
    attributes = queue["Attributes"]
    troubles = [*_destination(site, attributes["QueueArn"]), *_waiting(site, attributes)]
    return find(ID, looked_at, troubles, healthy=f"{attributes['QueueArn']}, which is empty")


def _destination(site: Site, queue: str) -> Iterator[Trouble]:
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    config: Any = found(
        lambda: lambda_.get_function_event_invoke_config(FunctionName=name, Qualifier="$LATEST"),
        "ResourceNotFoundException",
    )
    destination = (config or {}).get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if destination == queue:
        return
    words = f"events that failed go to {destination or 'nowhere: after the last attempt they are gone'}"
    put = ["lambda", "put-function-event-invoke-config", "--function-name", name, "--qualifier", "$LATEST"]
    put += ["--destination-config", f'{{"OnFailure":{{"Destination":"{queue}"}}}}']
    remedy = Remedy(f"send them to {queue}", command(site, *put), restore.async_invocation)
    # Another destination may be meant so; none never is.
    yield Trouble(Verdict.WARN if destination else Verdict.FAIL, words, remedy)


def _waiting(site: Site, attributes: dict[str, str]) -> Iterator[Trouble]:
    count = sum(int(attributes.get(name, 0)) for name in COUNTS)
    if count:
        words = f"{count} event(s) failed for good and wait there, each with its error"
        receive = ["sqs", "receive-message", "--queue-url", site.outputs.failure_queue_url]
        remedy = Remedy("read them, mend the cause, upload those files again", command(site, *receive))
        yield Trouble(Verdict.WARN, words, remedy)


CHECK = Check(
    ID,
    "Failure queue",
    "S3 invokes and does not wait: nobody but this queue hears of an event that failed three times. Without a"
    " destination Lambda discards it.",
    look,
)
