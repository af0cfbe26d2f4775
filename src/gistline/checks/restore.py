"""Putting things back as the stack was deployed: what the safe remedies do.

Comes in: a `Site`. Goes out: nothing; one resource is as its template says. Called through `Remedy.apply`.
"""

import json
from collections.abc import Iterator
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks.asking import command
from gistline.site.site import Site
from gistline.stack.target import explained

# What a person may have changed by hand, and CloudFormation set; the code is not among it.
FUNCTION_PROPERTIES = ("Handler", "Role", "Timeout", "MemorySize", "Environment")


def function(site: Site) -> None:
    """Give the summarizer handler, role, timeout, memory and variables of the template again."""
    wanted = function_settings(stack.deployed(site).properties(stack.SUMMARIZER))
    name = site.outputs.summarizer_name
    with explained(f"restoring the configuration of {name}"):
        lambda_ = site.target.client("lambda")
        lambda_.update_function_configuration(FunctionName=name, **wanted)
        lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)


def function_settings(properties: dict[str, Any]) -> dict[str, Any]:
    """Pick what `UpdateFunctionConfiguration` takes; CloudFormation keeps numbers from parameters as text."""
    settings = {name: properties[name] for name in FUNCTION_PROPERTIES if name in properties}
    return {**settings, "Timeout": int(settings["Timeout"]), "MemorySize": int(settings["MemorySize"])}


def concurrency(site: Site) -> None:
    """Reserve what the template reserves for the summarizer, which as a rule is nothing."""
    reserved = stack.deployed(site).properties(stack.SUMMARIZER).get("ReservedConcurrentExecutions")
    name = site.outputs.summarizer_name
    with explained(f"restoring the concurrency of {name}"):
        lambda_ = site.target.client("lambda")
        if reserved is None:
            lambda_.delete_function_concurrency(FunctionName=name)
        else:
            lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))


def recursion(site: Site) -> None:
    """Let Lambda stop loops again."""
    with explained("restoring the loop detection"):
        site.target.client("lambda").put_function_recursion_config(
            FunctionName=site.outputs.summarizer_name, RecursiveLoop="Terminate"
        )


def role_policies(site: Site) -> None:
    """Write the inline policies of the execution roles as the template has them; others stay as they are."""
    iam = site.target.client("iam")
    for role, name, text in inline_policies(site):
        with explained(f"restoring the policy {name} of the role {role}"):
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)


def async_invocation(site: Site) -> None:
    """Set retries and the on-failure destination as the template has them."""
    properties = stack.deployed(site).properties(stack.ASYNC_INVOCATION)
    with explained("restoring the on-failure destination"):
        site.target.client("lambda").put_function_event_invoke_config(
            FunctionName=site.outputs.summarizer_name,
            Qualifier="$LATEST",
            MaximumRetryAttempts=int(properties["MaximumRetryAttempts"]),
            MaximumEventAgeInSeconds=int(properties["MaximumEventAgeInSeconds"]),
            DestinationConfig=properties["DestinationConfig"],
        )


def recording(site: Site) -> None:
    """Let the recorder take from the failure queue again."""
    lambda_, name = site.target.client("lambda"), site.outputs.recorder_name
    with explained("restoring the way from the failure queue to the recorder"):
        for mapping in lambda_.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def role_commands(site: Site) -> str:
    """Write the commands that do what `role_policies` does."""
    return "\n".join(
        command(
            site,
            "iam",
            "put-role-policy",
            "--role-name",
            role,
            "--policy-name",
            name,
            "--policy-document",
            text,
        )
        for role, name, text in inline_policies(site)
    )


def inline_policies(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield role, name and document of each inline policy that the template gives to our execution roles."""
    resolver = stack.deployed(site)
    for role in stack.roles(site):
        for policy in resolver.properties(role)["Policies"]:
            name = resolver.resources[role].physical_id
            yield name, policy["PolicyName"], json.dumps(policy["PolicyDocument"])
