"""Where do events go that the function could not handle, who writes them down, and are some waiting?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator
from typing import Any

from gistline.checks import restore
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.site.site import Site

ID = "failure-queue"
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def look(site: Site) -> Finding:
    """Look at the on-failure destination, its queue, who takes from it, and what was put aside."""
    outputs = site.outputs
    looked_at = f"on-failure destination of {outputs.summarizer_name}, and its way to {outputs.recorder_name}"
    queues = [_attributes(site, url) for url in (outputs.failure_queue_url, outputs.dead_letter_queue_url)]
    failures, dead = queues
    if failures is None or dead is None:
        url = outputs.dead_letter_queue_url if failures else outputs.failure_queue_url
        gone = Trouble(Verdict.FAIL, f"there is no queue {url}", Remedy("deploy the stack again"))
        return find(ID, looked_at, [gone], healthy="")
    troubles = [
        *_destination(site, failures["QueueArn"]),
        *_recording(site, failures["QueueArn"]),
        *_waiting(site, failures),
        *_dead(site, dead),
    ]
    healthy = f"{failures['QueueArn']}, from which the recorder takes; it is empty, and nothing was put aside"
    return find(ID, looked_at, troubles, healthy=healthy)


def _attributes(site: Site, url: str) -> dict[str, str] | None:
    sqs = site.target.client("sqs")
    answer: Any = found(lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]), *GONE)
    return answer["Attributes"] if answer else None


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


def _recording(site: Site, queue: str) -> Iterator[Trouble]:
    lambda_, name = site.target.client("lambda"), site.outputs.recorder_name
    mappings = lambda_.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    ours = [mapping for mapping in mappings if mapping["EventSourceArn"] == queue]
    if not ours:
        words = f"nothing leads from {queue} to {name}: failures stay without a verdict in their summaries"
        yield Trouble(Verdict.FAIL, words, Remedy("deploy the stack again"))
    for mapping in ours:
        if mapping["State"] in {"Disabled", "Disabling"}:
            update = ["lambda", "update-event-source-mapping", "--uuid", mapping["UUID"], "--enabled"]
            words = f"the way from {queue} to {name} is {mapping['State'].lower()}"
            yield Trouble(Verdict.FAIL, words, Remedy("open it", command(site, *update), restore.recording))


def _waiting(site: Site, attributes: dict[str, str]) -> Iterator[Trouble]:
    if count := _count(attributes):
        words = f"{count} event(s) failed for good and wait for the recorder, each with its error"
        tail = ["logs", "tail", site.outputs.recorder_log_group_name, "--since", "1h"]
        remedy = Remedy("wait some minutes; if they stay, the recorder's log says why", command(site, *tail))
        yield Trouble(Verdict.WARN, words, remedy)


def _dead(site: Site, attributes: dict[str, str]) -> Iterator[Trouble]:
    if count := _count(attributes):
        words = f"{count} event(s) were put aside, because the recorder could not handle them"
        move = ["sqs", "start-message-move-task", "--source-arn", attributes["QueueArn"]]
        remedy = Remedy(
            "read the recorder's log, mend the cause, hand them to it again", command(site, *move)
        )
        yield Trouble(Verdict.WARN, words, remedy)


def _count(attributes: dict[str, str]) -> int:
    return sum(int(attributes.get(name, 0)) for name in COUNTS)


CHECK = Check(
    ID,
    "Failure queue",
    "S3 invokes and does not wait: nobody but this queue hears of an event that failed three times. Without a"
    " destination Lambda discards it. From the queue the recorder takes it, and writes into the CSV's summary that it"
    " failed, and why.",
    look,
)
