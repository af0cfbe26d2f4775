"""May the function do what it must, and nothing that it must not?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. Who may invoke it is `invoke_permission`'s question, what
the bucket's own policy denies is `bucket`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gistline.checks import restore
from gistline.checks.asking import command
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.policy import Decision, Statement, as_list, matches, principals, statements
from gistline.checks.roles import Judge, judge_of, role_of
from gistline.checks.samples import bucket_arn, input_arn, output_arn
from gistline.stack.site import Site

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
    """Ask IAM what the role may do."""
    role = role_of(site, site.outputs.summarizer_name)
    judge, manner = judge_of(site, role)
    looked_at = f"{role.rpartition('/')[2]}: trust, and {len(duties(site))} actions, {manner}"
    troubles = [*_trust(site, role), *_duties(site, judge)]
    healthy = (
        "it may read inputs, write summaries, logs and failures, and can write neither inputs nor elsewhere"
    )
    return find(ID, looked_at, troubles, healthy=healthy)


def duties(site: Site) -> tuple[Duty, ...]:
    """List what the role must be able to do, and what not."""
    outputs = site.outputs
    _, partition, _, region, account, *_ = outputs.summarizer_arn.split(":")
    queue = f"arn:{partition}:sqs:{region}:{account}:{outputs.failure_queue_url.rpartition('/')[2]}"
    stream = (
        f"arn:{partition}:logs:{region}:{account}:log-group:{outputs.summarizer_log_group_name}:log-stream:x"
    )
    foreign = bucket_arn(site, FOREIGN)
    return (
        Duty("s3:GetObject", input_arn(site), "download CSVs"),
        Duty("s3:ListBucket", bucket_arn(site), "tell a missing key from a forbidden one"),
        Duty("s3:PutObject", output_arn(site), "store summaries"),
        Duty("logs:CreateLogStream", stream, "log"),
        Duty("logs:PutLogEvents", stream, "log"),
        Duty("sqs:SendMessage", queue, "report failures"),
        Duty("s3:PutObject", input_arn(site), "write where the trigger listens: a loop", allowed=False),
        Duty(
            "s3:PutObject",
            f"{foreign}/{site.outputs.output_prefix}x.json",
            "write to other buckets",
            allowed=False,
        ),
        Duty(
            "s3:GetObject", f"{foreign}/{site.outputs.input_prefix}x.csv", "read other buckets", allowed=False
        ),
    )


def _trust(site: Site, role: str) -> Iterator[Trouble]:
    name = role.rpartition("/")[2]
    document = site.target.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    if not any(_lets_lambda(statement) for statement in statements(document)):
        words = f"its trust policy does not let {LAMBDA} put it on"
        show = command(site, "iam", "get-role", "--role-name", name)
        yield Trouble(
            Verdict.FAIL, words, Remedy("deploy the stack again, or restore the trust policy", show)
        )


def _lets_lambda(statement: Statement) -> bool:
    assumes = any(matches(a, "sts:AssumeRole", ignore_case=True) for a in as_list(statement.get("Action")))
    return statement["Effect"] == "Allow" and assumes and LAMBDA in principals(statement, "Service")


def _duties(site: Site, judge: Judge) -> Iterator[Trouble]:
    remedy = Remedy(
        "write the roles' inline policies as deployed; policies that were added stay",
        restore.role_commands(site),
        restore.role_policies,
    )
    for duty in duties(site):
        decision = judge(duty.action, duty.resource)
        if (decision is Decision.ALLOWED) is duty.allowed:
            continue
        if duty.allowed:
            words = f"it lacks {duty.action} on {duty.resource}: it cannot {duty.purpose} ({decision})"
        else:
            words = f"it has {duty.action} on {duty.resource}: it can {duty.purpose}"
        yield Trouble(Verdict.FAIL, words, remedy)


CHECK = Check(
    ID,
    "Execution role",
    "The role is what the running function may do. Too little, and it fails with AccessDenied; too much, and a mistake"
    " in the code or in a rule can write inputs or touch other people's data.",
    look,
)
