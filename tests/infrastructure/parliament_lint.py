"""Parliament's opinion on every policy: those of the template, and the one that a deployer needs.

Comes in: nothing. Goes out: a line for each finding, exit code 1 if there is one. Called by `make check`, in the
environment of requirements/lint.txt; Parliament brings AWS's own list of actions, resources and condition keys.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parliament import analyze_policy_string

from gistline.stack.policies import Deployment, deployer_policy
from infrastructure.cfn import KEY, PSEUDO, Json, Template

TEMPLATE = Path(__file__).parents[2] / "src/gistline/stack/template.yaml"
ACCOUNT, REGION = PSEUDO["AWS::AccountId"], PSEUDO["AWS::Region"]
EVERYTHING = {
    "KmsKeyArn": KEY,
    "OnSourceDelete": "delete",
    "BreakGlassArn": f"arn:aws:iam::{ACCOUNT}:role/Emergency",
    "SweepSchedule": "rate(1 day)",
}
ARNS = {
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
}
MAPPING = ", ".join(f"'lambda:{verb}EventSourceMapping'" for verb in ("Delete", "Get", "Update"))
# What Parliament says and is not so, and why.
NEWER = "newer than Parliament's list; CloudFormation's own schema says that its handlers need it"
SUPPRESSED = {
    "Unknown action cloudformation:DescribeEvents": "newer than Parliament's list; our own call, in stack/progress.py",
    "Unknown action s3:GetBucketAbac": NEWER,
    "Unknown action lambda:GetFunctionScalingConfig": NEWER,
    f"[{MAPPING}]": "narrowed by a condition instead, which names the one function to which the mapping leads",
    "['logs:GetDataProtectionPolicy']": "only to read back; named one by one, the groups do not fit into one policy",
}


def policies(template: Template, **parameters: str) -> Iterator[tuple[str, Json]]:
    """Yield name and document of each policy in the template."""
    resources = template.resources(**parameters)
    for name, resource in resources.items():
        properties = resource["Properties"]
        if resource["Type"].endswith("Policy"):
            yield name, _with_arns(properties["PolicyDocument"], resources)
        for policy in properties.get("Policies", []):
            yield f"{name}/{policy['PolicyName']}", _with_arns(policy["PolicyDocument"], resources)


def _with_arns(document: Json, resources: Json) -> Json:
    text = json.dumps(document)
    for name, resource in resources.items():
        text = text.replace(f"${{{name}.Arn}}", ARNS.get(resource["Type"], "").format(name))
    with_arns: Json = json.loads(text)
    return with_arns


def findings() -> Iterator[str]:
    """Yield a line for each finding that is not suppressed."""
    template = Template.parse(TEMPLATE.read_text(encoding="utf-8"))
    deployments = [
        Deployment("gist", "csvs", ACCOUNT or "", REGION or "", existing_bucket=e, sweeps=s)
        for e in (False, True)
        for s in (False, True)
    ]
    named: list[tuple[str, Any]] = [
        *policies(template),
        *policies(template, **EVERYTHING),
        *(("the deployer's policy", deployer_policy(one)) for one in deployments),
    ]
    unused = set(SUPPRESSED)
    for name, document in named:
        for finding in analyze_policy_string(json.dumps(document)).findings:
            unused.discard(str(finding.detail))
            if str(finding.detail) not in SUPPRESSED:
                yield f"{name}: {finding.issue}: {finding.detail} {finding.location}"
    yield from (f"no longer said, so no longer to be suppressed: {detail}" for detail in unused)


if __name__ == "__main__":
    found = list(dict.fromkeys(findings()))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))
