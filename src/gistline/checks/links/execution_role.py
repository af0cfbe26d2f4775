"""May the functions that write summaries, and the sweeper, do what they must, and nothing that they must not?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. Who may invoke them is `invoke_permission`'s question,
what the bucket's own policy denies is `bucket_policy`'s.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gistline.checks import restore
from gistline.checks.asking import command
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.conditions import Statement, as_list, matches
from gistline.checks.policy import Decision, principals, statements
from gistline.checks.roles import Judge, judge_of, role_of
from gistline.checks.samples import bucket_arn, input_arn, output_arn
from gistline.site.site import Site

ID = "execution-role"
LAMBDA = "lambda.amazonaws.com"
FOREIGN = "a-bucket-of-somebody-else"


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that the role must be able to do, or must not; and what it is for."""

    action: str
    resource: str  # an ARN
    purpose: str
    allowed: bool = True


def look(site: Site) -> Finding:
    """Ask IAM what the roles of both functions that write summaries may do, and the sweeper's where there is one."""
    count, manners, troubles = 0, set(), []
    duties_of = _duties_of(site)
    for function, duties in duties_of.items():
        role = role_of(site, function)
        judge, manner = judge_of(site, role)
        troubles += [*_trust(site, function, role), *_duties(site, function, judge, duties)]
        manners.add(manner)
        count += len(duties)
    looked_at = (
        f"the roles of {' and '.join(duties_of)}: trust, and {count} actions, {'; '.join(sorted(manners))}"
    )
    healthy = (
        "they may read inputs, write summaries and logs, send and take failures, and can write neither inputs nor"
        " elsewhere"
    )
    if site.outputs.sweeper_name:
        healthy += "; the sweeper may look and invoke, and write nothing but its log"
    return find(ID, looked_at, troubles, healthy=healthy)


def _duties_of(site: Site) -> dict[str, tuple[Duty, ...]]:
    outputs = site.outputs
    both = {outputs.summarizer_name: summarizers(site), outputs.recorder_name: recorders(site)}
    return {**both, outputs.sweeper_name: sweepers(site)} if outputs.sweeper_name else both


def summarizers(site: Site) -> tuple[Duty, ...]:
    """List what the summarizer's role must be able to do, and what not."""
    report = Duty("sqs:SendMessage", _failure_queue(site), "report failures")
    return (*_writers(site, site.outputs.summarizer_log_group_name), report)


def recorders(site: Site) -> tuple[Duty, ...]:
    """List what the recorder's role must be able to do, and what not."""
    take = [
        Duty(f"sqs:{action}", _failure_queue(site), "take failures off the queue")
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    ]
    return (*_writers(site, site.outputs.recorder_log_group_name), *take)


def sweepers(site: Site) -> tuple[Duty, ...]:
    """List what the sweeper's role must be able to do, and what not."""
    outputs = site.outputs
    itself = f"{outputs.summarizer_arn.rpartition(':')[0]}:{outputs.sweeper_name}"
    return (
        Duty("s3:ListBucket", bucket_arn(site), "list CSVs and summaries"),
        Duty("s3:GetObject", output_arn(site), "ask summaries of which CSV they are"),
        Duty("lambda:InvokeFunction", outputs.summarizer_arn, "hand CSVs to the summarizer"),
        Duty("lambda:InvokeFunction", itself, "go on where its time ran out"),
        *_logging(site, outputs.sweeper_log_group_name),
        Duty("s3:GetObject", input_arn(site), "read CSVs", allowed=False),
        Duty("s3:PutObject", output_arn(site), "write summaries", allowed=False),
        Duty("s3:DeleteObject", output_arn(site), "remove summaries", allowed=False),
        Duty("s3:PutObject", input_arn(site), "write where the trigger listens: a loop", allowed=False),
        Duty("s3:DeleteObject", input_arn(site), "remove CSVs", allowed=False),
    )


def _logging(site: Site, log_group: str) -> tuple[Duty, ...]:
    _, partition, _, region, account, *_ = site.outputs.summarizer_arn.split(":")
    stream = f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}:log-stream:x"
    return Duty("logs:CreateLogStream", stream, "log"), Duty("logs:PutLogEvents", stream, "log")


def _writers(site: Site, log_group: str) -> tuple[Duty, ...]:
    """List what both that write summaries have in common."""
    foreign, outputs = bucket_arn(site, FOREIGN), site.outputs
    removes = outputs.on_source_delete == "delete"
    return (
        Duty("s3:GetObject", input_arn(site), "download CSVs"),
        Duty("s3:ListBucket", bucket_arn(site), "tell a missing key from a forbidden one"),
        Duty("s3:PutObject", output_arn(site), "store summaries"),
        Duty("s3:GetObject", output_arn(site), "compare summaries before they are replaced"),
        Duty("s3:DeleteObject", output_arn(site), "remove summaries", allowed=removes),
        *_logging(site, log_group),
        Duty("s3:PutObject", input_arn(site), "write where the trigger listens: a loop", allowed=False),
        Duty("s3:DeleteObject", input_arn(site), "remove CSVs", allowed=False),
        Duty(
            "s3:PutObject",
            f"{foreign}/{outputs.output_prefix}x.json",
            "write to other buckets",
            allowed=False,
        ),
        Duty("s3:GetObject", f"{foreign}/{outputs.input_prefix}x.csv", "read other buckets", allowed=False),
    )


def _failure_queue(site: Site) -> str:
    _, partition, _, region, account, *_ = site.outputs.summarizer_arn.split(":")
    return f"arn:{partition}:sqs:{region}:{account}:{site.outputs.failure_queue_url.rpartition('/')[2]}"


def _trust(site: Site, function: str, role: str) -> Iterator[Trouble]:
    name = role.rpartition("/")[2]
    document = site.target.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    if not any(_lets_lambda(statement) for statement in statements(document)):
        words = f"{function}: the trust policy does not let {LAMBDA} put the role on"
        show = command(site, "iam", "get-role", "--role-name", name)
        yield Trouble(
            Verdict.FAIL, words, Remedy("deploy the stack again, or restore the trust policy", show)
        )


def _lets_lambda(statement: Statement) -> bool:
    assumes = any(matches(a, "sts:AssumeRole", ignore_case=True) for a in as_list(statement.get("Action")))
    return statement["Effect"] == "Allow" and assumes and LAMBDA in principals(statement, "Service")


def _duties(site: Site, function: str, judge: Judge, duties: Iterable[Duty]) -> Iterator[Trouble]:
    remedy = Remedy(
        "write the roles' inline policies as deployed; policies that were added stay",
        restore.role_commands(site),
        restore.role_policies,
    )
    for duty in duties:
        decision = judge(duty.action, duty.resource)
        if (decision is Decision.ALLOWED) is duty.allowed:
            continue
        if duty.allowed:
            words = (
                f"{function} lacks {duty.action} on {duty.resource}: it cannot {duty.purpose} ({decision})"
            )
        else:
            words = f"{function} has {duty.action} on {duty.resource}: it can {duty.purpose}"
        yield Trouble(Verdict.FAIL, words, remedy)


CHECK = Check(
    ID,
    "Execution roles",
    "A role is what the running function may do. Too little, and it fails with AccessDenied; too much, and a mistake"
    " in the code or in a rule can write inputs or touch other people's data.",
    look,
)
