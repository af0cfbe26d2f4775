"""What the stack was deployed with: the measure by which a check calls something changed.

Comes in: a `Site`. Goes out: the properties of its resources, worked out from the very template and parameters that
CloudFormation keeps. Called by the checks that compare, and by the remedies that put things back.
"""

import base64
import json
from typing import Any

from gistline.checks.template import Resolver, Resource
from gistline.site.site import Site
from gistline.stack.reading import load
from gistline.stack.target import explained

SUMMARIZER = "Summarizer"
ROLES, SWEEPER_ROLE = ("SummarizerRole", "RecorderRole", "ProducerRole"), "SweeperRole"
INVOKE_PERMISSION, ASYNC_INVOCATION = "InvokePermission", "AsyncInvocation"
SWEEP_RULE, SWEEP_PERMISSION = "SweepRule", "SweepPermission"


def roles(site: Site) -> tuple[str, ...]:
    """Give the logical ids of the roles that the stack has."""
    return (*ROLES, SWEEPER_ROLE) if site.outputs.sweeper_name else ROLES


def deployed(site: Site) -> Resolver:
    """Read template, parameters and resources of the stack.

    Raises:
        StackError: the stack cannot be read.
    """
    with explained(f"reading the template of the stack {site.stack}"):
        cloudformation = site.target.client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=site.stack)["Stacks"][0]
        body: Any = cloudformation.get_template(StackName=site.stack)["TemplateBody"]
        listed = cloudformation.describe_stack_resources(StackName=site.stack)["StackResources"]
    partition, region = site.outputs.summarizer_arn.split(":")[1], site.outputs.summarizer_arn.split(":")[3]
    parameters = {p["ParameterKey"]: p.get("ParameterValue", "") for p in stack.get("Parameters", [])}
    pseudo = {
        "AWS::AccountId": site.account,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": stack["StackId"],
        "AWS::StackName": stack["StackName"],
    }
    resources = {
        r["LogicalResourceId"]: Resource(r["ResourceType"], r.get("PhysicalResourceId", "")) for r in listed
    }
    # boto3 gives a template that was written as JSON as an object, one in YAML as text.
    template = load(body if isinstance(body, str) else json.dumps(body))
    return Resolver(template, {**parameters, **pseudo}, resources)


def code_sha256(key: str) -> str:
    """Turn the package's key, which is its SHA-256 in hexadecimal, into the Base64 that Lambda shows.

    Raises:
        ValueError: the key is no hash.
    """
    return base64.b64encode(bytes.fromhex(key.rpartition("/")[2].partition(".")[0])).decode()
