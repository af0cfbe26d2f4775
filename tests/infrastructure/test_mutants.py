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
    test_loops as loops,
)
from infrastructure import (
    test_roles as roles,
)
from infrastructure import (
    test_shape as shape,
)
from infrastructure import (
    test_sweeper as sweeper,
)
from infrastructure import (
    test_trigger as trigger,
)
from infrastructure.cfn import Template
from infrastructure.iam import SUMMARY

READ_RIGHT = 'Resource: !Sub "arn:${AWS::Partition}:s3:::${BucketName}/synthetic-data/*.csv"'
DENIED = 'NotResource: !Sub "arn:${AWS::Partition}:s3:::${BucketName}/summaries/*.json"'


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
        lambda template: loops.test_lambda_stops_a_chain_of_any_function_that_events_invoke(
            template, "Summarizer"
        ),
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
        DENIED.replace("/summaries/*.json", "/*"),
        lambda template: bucket.test_our_functions_cannot_change_anything_outside_the_summaries(
            template, bucket.WRITERS[0], "s3:PutObject", "/synthetic-data/x.csv"
        ),
    ),
    Mutant(
        "the recorder is forgotten in the bucket's policy",
        "Principal: {AWS: [!GetAtt SummarizerRole.Arn, !GetAtt RecorderRole.Arn]}",
        "Principal: {AWS: !GetAtt SummarizerRole.Arn}",
        lambda template: bucket.test_our_functions_cannot_change_anything_outside_the_summaries(
            template, bucket.WRITERS[1], "s3:PutObject", "/synthetic-data/x.csv"
        ),
    ),
    Mutant(
        "a put without condition passes, if only it could have had one",
        '"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}',
        '"Null": {"s3:if-match": "true", "s3:if-none-match": "false"}',
        lambda template: bucket.test_a_summary_is_written_by_compare_and_swap_only(
            template, bucket.WRITERS[0]
        ),
    ),
    Mutant(
        "summaries are compared where there is nothing to compare with",
        '"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}',
        '"Null": {"s3:if-match": "true"}',
        lambda template: bucket.test_a_summary_is_written_by_compare_and_swap_only(
            template, bucket.WRITERS[0]
        ),
    ),
    Mutant(
        "whoever is allowed to by IAM forges summaries",
        'Action: ["s3:PutObject", "s3:ReplicateObject"]',
        "Action: s3:PutObjectAcl",
        lambda template: bucket.test_nobody_else_writes_a_summary_nor_anything_beside_them(
            template, bucket.ADMIN, "s3:PutObject"
        ),
    ),
    Mutant(
        "not even our functions write summaries",
        '"aws:PrincipalArn":',
        '"aws:SourceArn":',
        lambda template: bucket.test_our_functions_are_not_kept_from_their_work(
            template, bucket.WRITERS[0], "s3:PutObject", SUMMARY
        ),
    ),
    Mutant(
        "nobody hears that a CSV is gone",
        '- Event: "s3:ObjectRemoved:*"',
        '- Event: "s3:ObjectRestore:*"',
        trigger.test_the_bucket_notifies_the_summarizer_of_csvs_under_the_input_prefix,
    ),
    Mutant(
        "summaries may always be removed",
        "RemovesSummaries: !Equals [!Ref OnSourceDelete, delete]",
        "RemovesSummaries: !Not [!Equals [!Ref OnSourceDelete, keep]]",
        lambda template: roles.test_role_may_remove_summaries_only_where_that_is_wanted(
            template, "RecorderRole"
        ),
    ),
    Mutant(
        "one bad message holds up nine others",
        "FunctionResponseTypes: [ReportBatchItemFailures]",
        "",
        failures.test_the_recorder_gets_what_lies_on_the_queue_and_says_what_it_could_not_handle,
    ),
    Mutant(
        "a message is tried for ever",
        "RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadLetterQueue.Arn, maxReceiveCount: 5}",
        "",
        failures.test_what_the_recorder_cannot_handle_is_put_aside,
    ),
    Mutant(
        "the recorder gets more time than its messages are hidden",
        "      Timeout: 60",
        "      Timeout: 120",
        failures.test_no_message_is_handed_out_twice_while_the_recorder_works_on_it,
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
        "every stack sweeps",
        'HasSweeper: !Not [!Equals [!Ref SweepSchedule, ""]]',
        'HasSweeper: !Equals [!Ref SweepSchedule, ""]',
        sweeper.test_by_default_nothing_of_it_is_there,
    ),
    Mutant(
        "a part of the sweeper is always there",
        "Type: AWS::Events::Rule\n    Condition: HasSweeper",
        "Type: AWS::Events::Rule",
        sweeper.test_by_default_nothing_of_it_is_there,
    ),
    Mutant(
        "any rule of anybody may start sweeps",
        "SourceArn: !GetAtt SweepRule.Arn",
        "",
        sweeper.test_eventbridge_may_invoke_the_sweeper_for_this_rule_and_nothing_else,
    ),
    Mutant(
        "the schedule starts the summarizer",
        "Arn: !GetAtt Sweeper.Arn",
        "Arn: !GetAtt Summarizer.Arn",
        sweeper.test_the_rule_invokes_the_sweeper_at_the_times_of_the_parameter,
    ),
    Mutant(
        "the schedule is there and switched off",
        "State: ENABLED",
        "State: DISABLED",
        sweeper.test_the_rule_invokes_the_sweeper_at_the_times_of_the_parameter,
    ),
    Mutant(
        "the sweeper may invoke every function",
        "Resource: !GetAtt Summarizer.Arn",
        'Resource: "*"',
        lambda template: roles.test_no_wildcard_and_nothing_outside_the_stack(template, "SweeperRole", {}),
    ),
    Mutant(
        "the role and the function of the sweeper wait for each other",
        'Resource: !Sub "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-sweeper"',
        "Resource: !GetAtt Sweeper.Arn",
        shape.test_no_resource_waits_for_itself,
    ),
    Mutant(
        "the sweeper may hand over to another stack's",
        "function:${AWS::StackName}-sweeper",
        "function:gistline-sweeper",
        sweeper.test_it_hands_over_to_itself,
    ),
    Mutant(
        "the bucket may be anybody's of that name",
        'Condition: {StringEquals: {"s3:ResourceAccount": !Ref AWS::AccountId}}',
        "",
        lambda template: roles.test_no_right_in_s3_reaches_a_bucket_of_that_name_in_another_account(
            template, "SummarizerRole"
        ),
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
