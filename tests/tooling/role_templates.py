# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles of every account as a CloudFormation template and as a Terraform module, made of docs/permissions/*.json.

C(python -m tooling.role_templates) writes both; a test holds them against the policies.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

import yaml

PERMISSIONS = pathlib.Path(__file__).resolve().parents[2] / "docs/permissions"
STACKSET, TERRAFORM = PERMISSIONS / "stackset.yml", PERMISSIONS / "terraform/main.tf"
ROLES = {"Converger": ("converger-ip-lists", "converger-entity-lists"), "Verifier": ("verifier",)}
EXAMPLE_ACCOUNT, EXAMPLE_BUCKET, EXAMPLE_EXTERNAL_ID = "111111111111", "acme-threatlists", "threatlists"
EXAMPLE_CONTROLLER = "arn:aws:iam::111111111111:role/threatlists-controller"
# Statements about resources of the bucket's account, which may be another one.
ABOUT_BUCKET = ("ReadTheObject", "DecryptObjects")
PARAMETERS = {
    "ControllerArn": ("ARN of the principal that runs Ansible and may assume the roles.", None),
    "ExternalId": ("External id that must be given to assume the roles.", None),
    "BucketName": ("Bucket that the lists are published in.", None),
    "BucketAccountId": ("Account that owns the bucket and its key.", None),
    "ConvergerName": ("Name of the role that brings lists to their declared state.", "threatlists"),
    "VerifierName": ("Name of the role that only reads.", "threatlists-verifier"),
}
PATTERNS = {
    "ControllerArn": "arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+",
    "ExternalId": "[A-Za-z0-9_+=,.@:/-]{2,}",
    "BucketName": "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "BucketAccountId": "[0-9]{12}",
    "ConvergerName": "[A-Za-z0-9_+=,.@-]{1,64}",
    "VerifierName": "[A-Za-z0-9_+=,.@-]{1,64}",
}
# Apart from the pattern: Terraform's regular expressions repeat no more than 1,000 times.
LONGEST = {"ExternalId": 1224}
NOTE = "Made of docs/permissions/*.json by tests/tooling/role_templates.py; change those."


def main() -> None:
    """Write the template and the module."""
    STACKSET.write_text(stackset())
    TERRAFORM.write_text(terraform())


def stackset() -> str:
    """Return the CloudFormation template, for a StackSet with one stack an account, in one Region."""
    resources = {
        f"{role}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": {"Ref": f"{role}Name"},
                "AssumeRolePolicyDocument": _trust("${ControllerArn}", "${ExternalId}"),
                "Policies": [
                    {"PolicyName": name, "PolicyDocument": _filled(name, _in_cloudformation)} for name in names
                ],
            },
        }
        for role, names in ROLES.items()
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Roles of threatlists.aws in one account.",
        "Parameters": {name: _parameter(name) for name in PARAMETERS},
        "Resources": _substituted(resources),
        "Outputs": {f"{role}Arn": {"Value": {"Fn::GetAtt": [f"{role}Role", "Arn"]}} for role in ROLES},
    }
    return f"---\n# {NOTE}\n" + yaml.dump(template, Dumper=_Indented, sort_keys=False, width=110)


class _Indented(yaml.SafeDumper):
    """Writes lists as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


def terraform() -> str:
    """Return the Terraform module: one call an account."""
    parts = [f"# {NOTE}\n", 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n']
    for name, (description, default) in PARAMETERS.items():
        given = f"  default     = {json.dumps(default)}\n" if default else ""
        about = f"  description = {json.dumps(description)}\n  type        = string\n{given}"
        longest = LONGEST.get(name)
        short = f"length(var.{_snake(name)}) <= {longest} && " if longest else ""
        condition = f"{short}can(regex({json.dumps(f'^{PATTERNS[name]}$')}, var.{_snake(name)}))"
        limit = f", with at most {longest} characters" if longest else ""
        message = f"The variable {_snake(name)} must match {PATTERNS[name]}{limit}."
        check = f"  validation {{\n    condition     = {condition}\n    error_message = {json.dumps(message)}\n  }}\n"
        parts.append(f'variable "{_snake(name)}" {{\n{about}{check}}}\n')
    parts.append('data "aws_caller_identity" "current" {}\n\ndata "aws_partition" "current" {}\n')
    for role, names in ROLES.items():
        trust = _heredoc(_trust("${var.controller_arn}", "${var.external_id}"))
        label = role.lower()
        parts.append(
            f'resource "aws_iam_role" "{label}" {{\n  name               = var.{label}_name\n'
            f"  assume_role_policy = {trust}}}\n"
        )
        for name in names:
            parts.append(
                f'resource "aws_iam_role_policy" "{name.replace("-", "_")}" {{\n  name   = "{name}"\n'
                f"  role   = aws_iam_role.{label}.id\n  policy = {_heredoc(_filled(name, _in_terraform))}}}\n"
            )
        parts.append(f'output "{label}_arn" {{\n  value = aws_iam_role.{label}.arn\n}}\n')
    return "\n".join(parts)


def _trust(controller: str, external_id: str) -> t.Any:
    text = (PERMISSIONS / "trust.json").read_text()
    return json.loads(
        text.replace(EXAMPLE_CONTROLLER, controller).replace(f'"{EXAMPLE_EXTERNAL_ID}"', f'"{external_id}"')
    )


def _filled(name: str, filled: t.Callable[[str, bool], str]) -> t.Any:
    """Return a policy with the template's own expressions in the place of the example's account and bucket."""
    policy = json.loads((PERMISSIONS / f"{name}.json").read_text())
    for number, statement in enumerate(policy["Statement"]):
        text = filled(json.dumps(statement), statement["Sid"] in ABOUT_BUCKET)
        policy["Statement"][number] = json.loads(text)
    return policy


def _in_cloudformation(text: str, about_bucket: bool) -> str:
    account = "${BucketAccountId}" if about_bucket else "${AWS::AccountId}"
    return (
        text.replace(EXAMPLE_ACCOUNT, account)
        .replace(EXAMPLE_BUCKET, "${BucketName}")
        .replace("arn:aws:", "arn:${AWS::Partition}:")
    )


def _in_terraform(text: str, about_bucket: bool) -> str:
    account = "${var.bucket_account_id}" if about_bucket else "${data.aws_caller_identity.current.account_id}"
    return (
        text.replace(EXAMPLE_ACCOUNT, account)
        .replace(EXAMPLE_BUCKET, "${var.bucket_name}")
        .replace("arn:aws:", "arn:${data.aws_partition.current.partition}:")
    )


def _substituted(value: t.Any) -> t.Any:
    """Return CloudFormation's C(Fn::Sub) around each text that holds an expression."""
    if isinstance(value, dict):
        return {key: _substituted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_substituted(item) for item in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def _parameter(name: str) -> dict[str, t.Any]:
    description, default = PARAMETERS[name]
    made = {"Type": "String", "Description": description, "AllowedPattern": PATTERNS[name]}
    longest = {"MaxLength": LONGEST[name]} if name in LONGEST else {}
    return {**made, **longest, **({"Default": default} if default else {})}


def _heredoc(document: t.Any) -> str:
    lines = "\n".join(f"    {line}" for line in json.dumps(document, indent=2).splitlines())
    return f"<<-JSON\n{lines}\n  JSON\n"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


if __name__ == "__main__":
    main()
