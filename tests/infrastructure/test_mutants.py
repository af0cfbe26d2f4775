"""The facts can tell a wrong template from the right one: each of these mistakes is noticed by the fact named.

The mistakes are the common ones: what tutorials leave out, and what a hurried change breaks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from infrastructure import (
    test_bucket as bucket,
)
from infrastructure import (
    test_costs as costs,
)
from infrastructure import (
    test_failures as failures,
)
from infrastructure import (
    test_functions as functions,
)
from infrastructure import (
    test_roles as roles,
)
from infrastructure import (
    test_shape as shape,
)
from infrastructure import (
    test_trigger as trigger,
)
from infrastructure.cfn import Template

READ_RIGHT = 'Resource: !Sub "arn:${AWS::Partition}:s3:::${BucketName}/synthetic-data/*.csv"'
DENIED = 'NotResource: !Sub "arn:${AWS::Partition}:s3:::${BucketName}/summaries/*"'


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake: `old` becomes `new` at its first place in the template, and `fact` must fail."""

    mistake: str
    old: str
    new: str
    fact: Callable[[Template], None]


MUTANTS = [
    Mutant(
        "the permission refers to the bucket",
        'SourceArn: !Sub "arn:${AWS::Partition}:s3:::${BucketName}"',
        "SourceArn: !GetAtt Bucket.Arn",
        shape.test_no_resource_waits_for_itself,
    ),
    Mutant(
        "the bucket does not wait for the permission",
        "DependsOn: InvokePermission",
        "DependsOn: Summarizer",
        trigger.test_the_bucket_comes_after_the_permission,
    ),
    Mutant(
        "any account's bucket of that name may invoke",
        "SourceAccount: !Ref AWS::AccountId",
        "",
        trigger.test_s3_may_invoke_the_summarizer_for_this_bucket_of_this_account,
    ),
    Mutant(
        "any bucket may invoke",
        'SourceArn: !Sub "arn:${AWS::Partition}:s3:::${BucketName}"',
        "",
        trigger.test_s3_may_invoke_the_summarizer_for_this_bucket_of_this_account,
    ),
    Mutant(
        "only simple uploads are noticed",
        "s3:ObjectCreated:*",
        "s3:ObjectCreated:Put",
        trigger.test_the_bucket_notifies_the_summarizer_of_csvs_under_the_input_prefix,
    ),
    Mutant(
        "the filter has no suffix",
        "- {Name: suffix, Value: .csv}",
        "",
        trigger.test_the_bucket_notifies_the_summarizer_of_csvs_under_the_input_prefix,
    ),
    Mutant(
        "loops are let through",
        "RecursiveLoop: Terminate",
        "RecursiveLoop: Allow",
        trigger.test_lambda_stops_a_loop,
    ),
    Mutant(
        "two functions share a role",
        "Role: !GetAtt ProducerRole.Arn",
        "Role: !GetAtt SummarizerRole.Arn",
        roles.test_every_function_has_a_role_and_no_two_share_one,
    ),
    Mutant(
        "the role asks for an action that does not exist",
        "Action: s3:GetObject",
        "Action: [s3:GetObject, s3:HeadObject]",
        roles.test_every_action_that_is_named_exists_in_iam,
    ),
    Mutant(
        "the bucket's policy lets the summarizer write anywhere",
        DENIED,
        DENIED.replace("/summaries/*", "/*"),
        lambda template: bucket.test_the_summarizer_cannot_change_anything_outside_the_summaries(
            template, "s3:PutObject"
        ),
    ),
    Mutant(
        "the role may read everything",
        READ_RIGHT,
        'Resource: "*"',
        lambda template: roles.test_no_wildcard_and_nothing_outside_the_stack(template, "SummarizerRole", {}),
    ),
    Mutant(
        "the role may do everything with its CSVs",
        "Action: s3:GetObject",
        'Action: "s3:*"',
        lambda template: roles.test_no_wildcard_and_nothing_outside_the_stack(template, "SummarizerRole", {}),
    ),
    Mutant(
        "plain HTTP is served",
        'Bool: {"aws:SecureTransport": "false"}',
        'Bool: {"aws:SecureTransport": "true"}',
        lambda template: bucket.test_only_over_tls(template, "s3:GetObject", bucket.ARNS[0]),
    ),
    Mutant(
        "public policies are possible",
        "RestrictPublicBuckets: true",
        "RestrictPublicBuckets: false",
        bucket.test_public_access_is_blocked_in_all_four_ways,
    ),
    Mutant(
        "failed events vanish",
        "OnFailure: {Destination: !GetAtt FailureQueue.Arn}",
        "OnSuccess: {Destination: !GetAtt FailureQueue.Arn}",
        failures.test_a_failed_event_is_tried_again_and_then_goes_to_the_queue,
    ),
    Mutant(
        "logs are kept for ever",
        "RetentionInDays: !Ref LogRetentionDays",
        "",
        lambda template: functions.test_log_group_has_lambdas_name_and_a_retention(template, "Summarizer"),
    ),
    Mutant(
        "Lambda wraps the log lines",
        "LogFormat: Text",
        "LogFormat: JSON",
        lambda template: functions.test_function_writes_text_lines_to_its_own_log_group(
            template, "Summarizer"
        ),
    ),
    Mutant(
        "a key lies in the environment",
        "GISTLINE_SUFFIX: .csv",
        "GISTLINE_SUFFIX: .csv\n          AWS_SECRET_ACCESS_KEY: x",
        lambda template: functions.test_there_are_no_credentials_in_the_environment(template, "Summarizer"),
    ),
    Mutant(
        "filter and environment differ",
        "GISTLINE_INPUT_PREFIX: synthetic-data/",
        "GISTLINE_INPUT_PREFIX: data/",
        lambda template: functions.test_environment_says_what_the_settings_say(template, "Summarizer"),
    ),
    Mutant(
        "concurrency is always set aside",
        '!If [HasReservedConcurrency, !Ref ReservedConcurrency, !Ref "AWS::NoValue"]',
        "10",
        lambda template: costs.test_by_default_there_is_no(template, "ReservedConcurrentExecutions"),
    ),
    Mutant(
        "a macro is needed",
        "Parameters:",
        "Transform: AWS::Serverless-2016-10-31\nParameters:",
        shape.test_it_needs_no_transform,
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.mistake)
def test_it_is_noticed_that(template: Template, mutant: Mutant) -> None:
    assert mutant.old in template.text
    mutated = Template.parse(template.text.replace(mutant.old, mutant.new, 1))
    mutant.fact(template)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        mutant.fact(mutated)
