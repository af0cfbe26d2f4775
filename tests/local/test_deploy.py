"""Deploy and destroy as a person types them, on the session's local cloud, under stack names of their own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gistline.commands.deploy import deploy
from gistline.commands.destroy import destroy
from gistline.config import Settings
from gistline.errors import GistlineError, SettingsError, StackError
from gistline.localcloud.up import target_of, up
from gistline.stack.existing import Backups, S3Notifications, attach, detach, rule_of
from gistline.stack.outputs import StackOutputs, read_outputs
from gistline.stack.present import look
from gistline.stack.target import Target
from support.cloud import ACCOUNT, Cloud, Stack, allow, trust, unique, until, zipped

CSV = b"id,colour\n1,red\n2,blue\n"
CREATED = ["s3:ObjectCreated:*"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who types verbs about one stack."""

    cloud: Cloud
    settings: Settings

    @property
    def target(self) -> Target:
        return target_of(self.cloud.state)

    @property
    def outputs(self) -> StackOutputs:
        return read_outputs(self.target, self.settings.stack)

    def exists(self) -> bool:
        return look(self.target.client("cloudformation"), self.settings.stack) is not None

    def deploy(self, *arguments: str) -> str:
        return text_of(CliRunner().invoke(deploy, arguments, obj=self.settings))

    def destroy(self, *arguments: str, typing: str = "") -> str:
        return text_of(CliRunner().invoke(destroy, arguments, obj=self.settings, input=typing))


def text_of(result: Result) -> str:
    if isinstance(result.exception, GistlineError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def person(server: Cloud) -> Iterator[Person]:
    person = Person(server, server.settings._replace(stack=unique("stack"), bucket=""))
    yield person
    person.destroy("--yes")


@dataclass(frozen=True)
class Others:
    """A bucket in which other people's rules are, and where those lead."""

    cloud: Cloud
    bucket: str
    queue: str
    function: str

    @property
    def store(self) -> S3Notifications:
        return S3Notifications(self.cloud.client("s3"), self.bucket, ACCOUNT)

    def put(self, **configuration: Any) -> None:
        self.cloud.client("s3").put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration=configuration
        )

    def rules(self) -> Json:
        """A queue's rule, a function's rule, and the EventBridge flag."""
        return {
            "QueueConfigurations": [
                {"Id": "to-queue", "QueueArn": self.queue, "Events": CREATED, "Filter": filtered("images/")}
            ],
            "LambdaFunctionConfigurations": [
                {
                    "Id": "to-function",
                    "LambdaFunctionArn": self.function,
                    "Events": CREATED,
                    "Filter": filtered("logs/"),
                }
            ],
            "EventBridgeConfiguration": {},
        }


def filtered(prefix: str, suffix: str = "") -> Json:
    rules = [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]
    return {"Key": {"FilterRules": [rule for rule in rules if rule["Value"]]}}


@pytest.fixture
def others(server: Cloud) -> Iterator[Others]:
    name = unique("others")
    s3, sqs, iam, functions = (server.client(service) for service in ("s3", "sqs", "iam", "lambda"))
    s3.create_bucket(Bucket=name)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in = json.loads(allow("sqs:SendMessage", queue))
    let_in["Statement"][0]["Principal"] = {"Service": "s3.amazonaws.com"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(let_in)})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    function = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": zipped("def handler(event, context):\n    return 1\n")},
    )["FunctionArn"]
    let_s3_in(functions, name)
    others = Others(server, name, queue, function)
    others.put(**others.rules())
    yield others
    others.put()
    for entry in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=entry["Key"])
    s3.delete_bucket(Bucket=name)
    functions.delete_function(FunctionName=name)
    iam.delete_role(RoleName=name)
    sqs.delete_queue(QueueUrl=url)


def test_a_plan_shows_resources_and_permissions_and_leaves_nothing(person: Person) -> None:
    text = person.deploy("--plan")
    assert "Add    Bucket (AWS::S3::Bucket)" in text
    assert "+ SummarizerRole, WriteSummaries" in text
    assert f"Allow: s3:PutObject on arn:aws:s3:::{person.settings.stack}-local/summaries/*.json" in text
    assert "+ InvokePermission, who may invoke it" in text
    assert not person.exists()
    assert "There is nothing" in person.destroy("--plan")


def test_from_plan_to_nothing_left(person: Person) -> None:
    text = person.deploy()
    assert "Summarizer create complete" in text
    outputs = person.outputs
    stack = Stack(person.cloud, outputs)
    stack.upload("synthetic-data/orders.csv", CSV)
    assert stack.summary("summaries/summary_orders.json")["table"]["rowCount"] == 2
    again = person.deploy()
    assert "Nothing to change." in again
    assert "create complete" not in again
    _litter(person, outputs.bucket_name)
    planned = person.destroy("--plan")
    assert "3 objects and versions, 1 delete markers, 1 unfinished uploads" in planned
    assert person.exists()
    gone = person.destroy(typing=f"{person.settings.stack}\n")
    assert f"Nothing is left of the stack {person.settings.stack}." in gone
    assert "STILL THERE" not in gone
    for kind in ("stack", "bucket", "function", "role", "log group", "queue"):
        assert f"gone  {kind} " in gone
    _nothing_is_left(person)
    assert "There is nothing" in person.destroy("--yes")


def _litter(person: Person, bucket: str) -> None:
    """Leave a version more, a delete marker, and an upload that is never completed."""
    s3 = person.cloud.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="other/note.txt", Body=b"1")
    s3.delete_object(Bucket=bucket, Key="other/note.txt")
    s3.create_multipart_upload(Bucket=bucket, Key="other/large.bin")


def _nothing_is_left(person: Person) -> None:
    """Ask the services themselves, by other calls than the verb does."""
    name, cloud = person.settings.stack, person.cloud
    buckets = cloud.client("s3").list_buckets()["Buckets"]
    functions = cloud.client("lambda").list_functions()["Functions"]
    roles = cloud.client("iam").list_roles()["Roles"]
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    queues = cloud.client("sqs").list_queues().get("QueueUrls", [])
    schedules = cloud.client("events").list_rules()["Rules"]
    names = [
        *(bucket["Name"] for bucket in buckets),
        *(function["FunctionName"] for function in functions),
        *(role["RoleName"] for role in roles),
        *(group["logGroupName"] for group in groups),
        *(url.rpartition("/")[2] for url in queues),
        *(rule["Name"] for rule in schedules),
    ]
    assert not [left for left in names if name in left]


def test_a_wrong_name_removes_nothing(person: Person) -> None:
    person.deploy()
    with pytest.raises(StackError, match="nothing was removed"):
        person.destroy(typing="something-else\n")
    assert person.exists()


def test_what_was_said_once_stays_and_a_change_is_shown(person: Person) -> None:
    person.deploy("--memory", "512")
    assert "Nothing to change." in person.deploy()
    planned = json.loads(person.deploy("--plan", "--timeout", "60", "--json").splitlines()[-1])
    summarizer = next(change for change in planned["changes"] if change["resource"] == "Summarizer")
    assert (summarizer["action"], summarizer["properties"]) == ("Modify", ["Timeout"])
    assert planned["permissions"] == []
    function = person.cloud.client("lambda").get_function_configuration(
        FunctionName=person.outputs.summarizer_name
    )
    assert (function["MemorySize"], function["Timeout"]) == (512, 300)


def test_a_schedule_comes_with_role_and_permission_stays_and_goes_again(person: Person) -> None:
    assert person.settings.sweep_schedule == ""
    person.deploy()
    assert person.outputs.sweeper_name == ""
    shown = person.deploy("--plan", "--sweep-schedule", "rate(1 day)")
    assert "Add    SweepRule (AWS::Events::Rule)" in shown
    assert "+ SweeperRole, InvokeSummarizer" in shown
    assert "+ SweepPermission, who may invoke it" in shown
    assert "Allow to events.amazonaws.com: lambda:InvokeFunction" in shown
    assert "sweeps        rate(1 day)" in person.deploy("--sweep-schedule", "rate(1 day)")
    assert person.outputs.sweep_schedule == "rate(1 day)"
    assert person.outputs.function_names[3] == f"{person.settings.stack}-sweeper"
    assert "Nothing to change." in person.deploy()  # what is not said stays
    assert up(person.settings, print).outputs.sweep_schedule == "rate(1 day)"  # nor does `up` take it away
    shown = person.deploy("--sweep-schedule", "")
    assert "sweeps " not in shown
    assert "Remove SweepRule (AWS::Events::Rule)" in shown
    assert "Remove Sweeper (AWS::Lambda::Function)" in shown
    assert "- SweeperRole, InvokeSummarizer" in shown
    assert person.outputs.function_names == person.outputs.function_names[:3]
    _nothing_sweeps(person)


def _nothing_sweeps(person: Person) -> None:
    stack, cloud = person.settings.stack, person.cloud
    functions = [f["FunctionName"] for f in cloud.client("lambda").list_functions()["Functions"]]
    roles = [role["RoleName"] for role in cloud.client("iam").list_roles()["Roles"]]
    rules = [rule["Name"] for rule in cloud.client("events").list_rules()["Rules"]]
    assert f"{stack}-summarizer" in functions
    assert not [name for name in (*functions, *roles, *rules) if name.lower().startswith(f"{stack}-sweep")]


def test_destroy_takes_the_schedule_too_and_asks_for_it_again(person: Person) -> None:
    person.deploy("--sweep-schedule", "cron(0 3 * * ? *)")
    gone = person.destroy("--yes")
    assert f"gone  schedule {person.settings.stack}-sweep" in gone
    assert f"gone  function {person.settings.stack}-sweeper" in gone
    assert "STILL THERE" not in gone
    _nothing_is_left(person)


def test_what_a_removed_csv_leaves_is_changed_by_up_only_if_it_is_said(person: Person) -> None:
    person.deploy("--on-source-delete", "keep")
    assert up(person.settings, print).outputs.on_source_delete == "keep"
    said = person.settings._replace(on_source_delete="tombstone")
    assert up(said, print).outputs.on_source_delete == "tombstone"


def test_a_schedule_that_is_none_is_refused_with_an_example(person: Person) -> None:
    with pytest.raises(SettingsError, match=r"'rate\(1 days\)' is no schedule") as refused:
        person.deploy("--sweep-schedule", "rate(1 days)")
    assert "'rate(1 day)'" in refused.value.remedy
    assert not person.exists()


def test_the_policy_for_a_schedule_that_goes_still_names_it(person: Person) -> None:
    assert "events:" not in person.deploy("--print-policy")
    person.deploy("--sweep-schedule", "rate(1 day)")
    assert "events:DeleteRule" in person.deploy("--print-policy", "--sweep-schedule", "")


def test_a_resource_that_fails_is_named_with_a_remedy_and_nothing_stays(
    person: Person, others: Others
) -> None:
    with pytest.raises(StackError, match=r"Bucket: .*exist") as failure:
        person.deploy("--bucket", others.bucket)
    assert "use it with --existing-bucket NAME" in failure.value.remedy
    until(lambda: not person.exists())


def test_a_stack_that_is_not_ours_is_left_alone(person: Person) -> None:
    cloudformation = person.cloud.client("cloudformation")
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    cloudformation.create_stack(StackName=person.settings.stack, TemplateBody=body)
    try:
        for verb in (person.deploy, person.destroy):
            with pytest.raises(StackError, match="was not made by gistline"):
                verb()
        assert person.exists()
    finally:
        cloudformation.delete_stack(StackName=person.settings.stack)
        until(lambda: not person.exists())


def test_the_policy_is_pure_json(person: Person) -> None:
    policy = json.loads(person.deploy("--print-policy"))
    assert policy["Version"] == "2012-10-17"
    assert f"stack/{person.settings.stack}/*" in policy["Statement"][0]["Resource"][0]


def test_an_existing_bucket_gets_our_rule_and_keeps_all_others(person: Person, others: Others) -> None:
    before = others.store.read()
    planned = person.deploy("--existing-bucket", others.bucket, "--plan")
    assert "BucketPolicy" not in planned
    assert f"Rule that will be added to the bucket {others.bucket}" in planned
    assert others.store.read() == before
    text = person.deploy("--existing-bucket", others.bucket)
    stack = Stack(person.cloud, person.outputs)
    stack.upload("synthetic-data/orders.csv", CSV)
    assert stack.summary("summaries/summary_orders.json")["table"]["rowCount"] == 2
    after = others.store.read()
    ours = after["LambdaFunctionConfigurations"].pop()
    assert after == before
    assert ours["Id"] == f"gistline-{person.settings.stack}-created"
    backup = Path(next(line for line in text.splitlines() if line.startswith("backup")).split(": ")[1])
    assert json.loads(backup.read_text(encoding="utf-8")) == before
    assert "Nothing to change." in person.deploy()
    gone = person.destroy("--yes")
    assert "it stays, with all objects in it" in gone
    assert f"gone  notification rule gistline-{person.settings.stack}-created" in gone
    assert others.store.read() == before
    assert stack.object("summaries/summary_orders.json") is not None


@pytest.mark.parametrize("plan", [[], ["--plan"]], ids=["deploy", "plan"])
def test_an_overlap_is_refused_by_naming_the_other_rule(
    person: Person, others: Others, plan: list[str]
) -> None:
    rules = others.rules()
    rules["QueueConfigurations"][0]["Filter"] = filtered("synthetic-data/2026/")
    others.put(**rules)
    with pytest.raises(StackError, match="overlaps with ours") as refused:
        person.deploy("--existing-bucket", others.bucket, *plan)
    assert "'to-queue'" in refused.value.message
    assert others.queue in refused.value.message
    assert not person.exists()


def test_a_dead_destination_of_somebody_else_is_named_and_does_not_hinder_destroy(
    person: Person, others: Others
) -> None:
    person.deploy("--existing-bucket", others.bucket)
    others.put(**others.rules())  # somebody has overwritten our rule
    with dead_function(others):
        before = others.store.read()
        with pytest.raises(StackError, match="cannot reach the destination of another one") as refused:
            person.deploy()
        assert "'to-function'" in refused.value.message
        assert others.function in refused.value.message
        assert others.store.read() == before
    person.deploy()
    with dead_function(others):
        person.destroy("--yes")
        assert others.store.read() == before


@contextmanager
def dead_function(others: Others) -> Iterator[None]:
    """Take away the permission by which S3 may invoke the others' function."""
    functions, name = others.cloud.client("lambda"), others.bucket
    functions.remove_permission(FunctionName=name, StatementId="s3")
    try:
        yield
    finally:
        let_s3_in(functions, name)


def let_s3_in(functions: Any, name: str) -> None:
    """Let S3 invoke the function for the bucket of the same name."""
    functions.add_permission(
        FunctionName=name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{name}",
        SourceAccount=ACCOUNT,
    )


@dataclass
class CrashingStore:
    """The bucket's configuration in S3; at the first write the process dies, before or after S3 has done it."""

    store: S3Notifications
    writes_first: bool
    alive: bool = True

    def read(self) -> Json:
        return self.store.read()

    def write(self, configuration: Json, *, ask_destinations: bool) -> None:
        dies, self.alive = self.alive, False
        if self.writes_first or not dies:
            self.store.write(configuration, ask_destinations=ask_destinations)
        if dies:
            raise KeyboardInterrupt


@pytest.mark.parametrize("writes_first", [False, True])
def test_a_crash_between_read_and_write_leaves_the_bucket_as_it_was(
    others: Others, tmp_path: Path, *, writes_first: bool
) -> None:
    before = others.store.read()
    store = CrashingStore(others.store, writes_first)
    with pytest.raises(KeyboardInterrupt):
        attach(store, rule_of("ours", others.function), Backups(tmp_path, others.bucket))
    assert others.store.read() == before


def test_a_stack_keeps_its_bucket(person: Person, others: Others) -> None:
    person.deploy()
    with pytest.raises(GistlineError, match="a stack keeps its bucket"):
        person.deploy("--existing-bucket", others.bucket)


def test_a_bucket_that_does_not_exist_is_said_so(person: Person) -> None:
    with pytest.raises(StackError, match="there is no bucket nobody-has-this"):
        person.deploy("--existing-bucket", "nobody-has-this")


def test_detach_without_a_rule_of_ours_changes_nothing(others: Others, tmp_path: Path) -> None:
    before = others.store.read()
    assert detach(others.store, "ours", Backups(tmp_path, others.bucket)) is None
    assert others.store.read() == before
    assert list(tmp_path.iterdir()) == []
