# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The StackSet template and the Terraform module say what the documented policies say, and are well formed."""

from __future__ import annotations

import io
import json
import pathlib
import re
import subprocess
import sys
import typing as t

import hcl2
import pytest
import re2
import yaml
from tooling import role_templates

POLICIES = [name for names in role_templates.ROLES.values() for name in names]


@pytest.mark.parametrize(
    ("path", "made"),
    [(role_templates.STACKSET, role_templates.stackset), (role_templates.TERRAFORM, role_templates.terraform)],
)
def test_templates_are_made_of_the_policies(path: pathlib.Path, made: t.Callable[[], str]) -> None:
    assert path.read_text() == made(), "run: PYTHONPATH=tests python -m tooling.role_templates"


def test_cloudformation_lints_clean() -> None:
    lint = pathlib.Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [lint, "--include-checks", "I", "--template", role_templates.STACKSET],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stdout) == (0, "")


def _plain(value: t.Any) -> t.Any:
    """The template with the example's values in the place of its parameters."""
    if isinstance(value, dict):
        return _plain(value["Fn::Sub"]) if "Fn::Sub" in value else {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _example(value) if isinstance(value, str) else value


def _example(text: str) -> str:
    examples = {
        "aws": ("AWS::Partition", "data.aws_partition.current.partition"),
        "acme-threatlists": ("BucketName", "var.bucket_name"),
        "111111111111": (
            *("AWS::AccountId", "BucketAccountId"),
            *("data.aws_caller_identity.current.account_id", "var.bucket_account_id"),
        ),
    }
    for example, expressions in examples.items():
        for expression in expressions:
            text = text.replace(f"${{{expression}}}", example)
    return text


def _documented(name: str) -> t.Any:
    return json.loads((role_templates.PERMISSIONS / f"{name}.json").read_text())


def test_cloudformation_grants_what_is_documented() -> None:
    template = yaml.safe_load(role_templates.STACKSET.read_text())
    granted = {
        policy["PolicyName"]: _plain(policy["PolicyDocument"])
        for role in template["Resources"].values()
        for policy in role["Properties"]["Policies"]
    }
    assert granted == {name: _documented(name) for name in POLICIES}


def test_terraform_parses_and_grants_what_is_documented() -> None:
    module = hcl2.load(io.StringIO(role_templates.TERRAFORM.read_text()))
    found = {
        json.loads(f'"{label.strip(chr(34))}"'): body
        for block in module["resource"]
        for kind, labels in block.items()
        if "aws_iam_role_policy" in kind
        for label, body in labels.items()
    }
    granted = {_text(body["name"]): json.loads(_example(_document(body["policy"]))) for body in found.values()}
    assert granted == {name: _documented(name) for name in POLICIES}
    assert len(module["variable"]) == len(role_templates.PARAMETERS)


def test_terraform_refers_to_what_it_declares() -> None:
    text = role_templates.TERRAFORM.read_text()
    declared = re.findall(r'^(variable|data|resource) "(\w+)"(?: "(\w+)")? {', text, re.MULTILINE)
    named = {"variable": "var.{}", "data": "data.{}.{}", "resource": "{}.{}"}
    names = {named[kind].format(*labels) for kind, *labels in declared}
    assert len(names) == len(declared)
    assert set(re.findall(r"\b(?:var\.\w+|data\.\w+\.\w+|(?<!\.)aws_\w+\.\w+)", text)) <= names
    assert {f"var.{role_templates._snake(name)}" for name in role_templates.PARAMETERS} <= names


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("controller_arn", ["arn:aws:iam::111111111111:role/a/b", "arn:aws-cn:iam::111111111111:user/u"], ["root"]),
        ("external_id", ["ab", "x" * 1224], ["a", "a b", "x" * 1225]),
        ("bucket_name", ["acme-threatlists"], ["Acme", "ab"]),
        ("bucket_account_id", ["111111111111"], ["11111111111", "1111111111111"]),
        ("converger_name", ["threatlists", "x" * 64], ["x" * 65, "a b"]),
        ("verifier_name", ["threatlists-verifier"], [""]),
    ],
)
def test_terraform_takes_what_aws_takes(name: str, good: list[str], bad: list[str]) -> None:
    module = role_templates.TERRAFORM.read_text()
    found = re.search(rf'condition += (?:length\(var\.{name}\) <= (\d+) && )?can\(regex\("(.+)", var\.{name}\)', module)
    assert found
    longest = int(found[1]) if found[1] else None
    pattern = re2.compile(found[2])  # Terraform's own language

    def takes(value: str) -> bool:
        return bool(pattern.search(value)) and (longest is None or len(value) <= longest)

    assert [value for value in good if not takes(value)] == []
    assert [value for value in bad if takes(value)] == []


def _text(value: str) -> str:
    return value.strip('"')


def _document(heredoc: str) -> str:
    """The text between the marks of a heredoc, or the text alone where the parser took them away."""
    found = re.search(r"<<-?JSON\n(.*)\n\s*JSON", heredoc, re.DOTALL)
    return found[1] if found else heredoc
