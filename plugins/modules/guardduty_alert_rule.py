#!/usr/bin/python

# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: guardduty_alert_rule
short_description: Declare where findings and changes of our lists are sent
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Brings a rule of EventBridge to its declared state, in any number of Regions, so that findings which the lists of
    O(lists) raise reach a queue, a topic, a function or another event bus.
  - Findings of members arrive in the administrator account too, so the rule belongs there, once in each Region.
  - Both places where a finding names its list are matched. The type of a finding alone is no proof that a list of ours
    raised it.
  - The targets are exactly those declared. What others added to the rule is removed.
  - A queue or topic takes events only where its own policy lets V(events.amazonaws.com) send to it, on condition that
    C(aws:SourceArn) is the rule's ARN. That policy is not this module's.
options:
  name:
    description:
      - Name of the rule, 1 to 64 letters, digits or any of C(.-_).
      - Required unless O(all_except) is given.
    type: str
  all_except:
    description:
      - Removes every rule of the bus that has the tag C(threatlists:account) of the account, but the rules named here.
      - A name keeps the rule in every Region. C({name, regions}) keeps it in those Regions alone; what else the item
        has is not looked at, so that rules can be given as they are declared.
      - Only with O(state=absent).
    type: list
    elements: raw
  state:
    description: Whether the rule is there.
    type: str
    choices: [present, absent]
    default: present
  sends:
    description:
      - V(findings) sends the findings of O(lists).
      - V(changes) sends what CloudTrail tells of calls that change a list or its tags, by anybody but O(except_roles).
        It needs a trail that logs management events, and is best effort, so it speeds up what a scheduled run proves.
      - V(objects) sends what S3 tells of objects that are written to O(locations), by whomever. The buckets must send
        their events to EventBridge, which is off by default. S3 sends to the bus of the bucket's account and Region.
    type: str
    choices: [findings, changes, objects]
    default: findings
  lists:
    description: Names of the lists in GuardDuty whose findings are sent. Required with O(sends=findings).
    type: list
    elements: str
  except_roles:
    description:
      - ARNs of the roles whose own changes are not sent, such as the one that converges.
      - C({account_id}) and C({partition}) stand for those of the rule.
    type: list
    elements: str
    default: []
  locations:
    description: Objects C(s3://BUCKET/KEY) whose writing is sent. Required with O(sends=objects).
    type: list
    elements: str
    default: []
  severity_min:
    description: Send only findings of this severity or above. GuardDuty's scale ends at 10, and medium begins at 4.
    type: float
    default: 0
  description:
    description: Description of the rule.
    type: str
    default: Findings that lists of threatlists.aws raised
  enabled:
    description: Whether the rule sends anything.
    type: bool
    default: true
  event_bus_name:
    description: Event bus of the rule. GuardDuty sends to V(default) only.
    type: str
    default: default
  targets:
    description:
      - Where findings are sent, at most five. Required with O(state=present).
      - C({region}), C({account_id}) and C({partition}) in the ARNs stand for those of the rule.
    type: list
    elements: dict
    suboptions:
      id:
        description: Id of the target within the rule.
        type: str
        required: true
      arn:
        description:
          - ARN of the queue, topic, function or event bus.
          - Only an event bus can be in another Region than the rule.
        type: str
        required: true
      role_arn:
        description:
          - Role that EventBridge assumes to send. Required for an event bus, and for a queue, topic or function of
            another account.
          - Leave it out for those of the same account, where their own policy decides.
        type: str
      dead_letter_arn:
        description: ARN of the SQS queue that takes events which could not be delivered.
        type: str
      maximum_retry_attempts:
        description: How often delivery is tried again, 0 to 185. Default is EventBridge's.
        type: int
      maximum_event_age_in_seconds:
        description: For how long delivery is tried, 60 to 86400. Default is EventBridge's.
        type: int
      message_group_id:
        description: Message group, for a FIFO queue.
        type: str
      input_transformer:
        description: What the target gets in place of the whole event.
        type: dict
        suboptions:
          input_paths_map:
            description: Names, and the JSON path in the event that each stands for.
            type: dict
            default: {}
          input_template:
            description: Text in which C(<name>) is replaced by its value.
            type: str
            required: true
  adopt:
    description: Whether to take over a rule of this name that somebody else made.
    type: bool
    default: false
  tags:
    description: Tags of the rule. Left out, they stay as they are.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not have are removed. Tags that begin with C(threatlists:) stay.
    type: bool
    default: true
extends_documentation_fragment:
  - threatlists.aws.guardduty_where
  - threatlists.aws.assumed_role
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.aws_group
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: threatlists.aws.guardduty_lists
    description: Declares the lists.
"""

EXAMPLES = r"""
- name: Findings of two lists reach the on-call queue of each Region
  threatlists.aws.guardduty_alert_rule:
    name: threatlists-oncall
    lists: [threatstream-malware, analysts]
    severity_min: 4
    targets:
      - id: oncall
        arn: arn:aws:sqs:{region}:{account_id}:oncall
        dead_letter_arn: arn:aws:sqs:{region}:{account_id}:oncall-undelivered
    regions: [eu-west-1, us-east-1]

- name: Findings of every Region come home to one bus
  threatlists.aws.guardduty_alert_rule:
    name: threatlists-home
    lists: [threatstream-malware]
    targets:
      - id: home
        arn: arn:aws:events:eu-west-1:{account_id}:event-bus/default
        role_arn: arn:aws:iam::{account_id}:role/threatlists-events
    regions: [us-east-1]

- name: Whoever changes a list by hand is seen at once
  threatlists.aws.guardduty_alert_rule:
    name: threatlists-changes
    sends: changes
    except_roles:
      - arn:aws:iam::{account_id}:role/threatlists
    targets:
      - id: heal
        arn: arn:aws:sqs:{region}:{account_id}:threatlists-heal
    regions: [eu-west-1]

- name: Nothing else of ours sends findings
  threatlists.aws.guardduty_alert_rule:
    state: absent
    all_except:
      - threatlists-oncall
      - {name: threatlists-home, regions: [us-east-1]}
    regions: [eu-west-1, us-east-1]
"""

RETURN = r"""
account_id:
  description: The account that was worked in.
  returned: when its credentials could be used
  type: str
  sample: "111111111111"
results:
  description:
    - One item for each Region, or, with O(all_except), for each rule that is removed.
    - Returned in a failure too, so that what was reached elsewhere is known.
  returned: when the Regions could be asked
  type: list
  elements: dict
  contains:
    account_id:
      description: The account.
      type: str
      returned: always
    region:
      description: The Region.
      type: str
      returned: always
    name:
      description: Name of the rule.
      type: str
      returned: always
    action:
      description:
        - What was done, or would be in check mode.
        - One of V(none), V(created), V(updated), V(deleted), V(failed).
      type: str
      returned: always
    arn:
      description: ARN of the rule, V(null) where it is not known.
      type: str
      returned: always
    cause:
      description: Why, in words, such as C(its target oncall is missing); empty where nothing is to be done.
      type: str
      returned: always
    error:
      description: What went wrong, C({code, message, retryable, remedy}), V(null) where nothing did.
      type: dict
      returned: always
error:
  description:
    - What went wrong, C({code, message, retryable, remedy}) as in the items of RV(results).
    - Where several Regions failed, the code of the first, and retryable only if all are.
  type: dict
  returned: failure
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._alerts import converge, options


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=options.ARGUMENT_SPEC,
        required_if=options.REQUIRED_IF,
        mutually_exclusive=options.MUTUALLY_EXCLUSIVE,
        required_one_of=options.REQUIRED_ONE_OF,
        supports_check_mode=True,
    )
    _module.run(module, converge.converge)


if __name__ == "__main__":
    main()
