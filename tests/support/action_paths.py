# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tasks with the module in Ansible's worker and in a process of its own, for tests that compare the two."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys

import yaml
from support.paths import COLLECTIONS

BIN = pathlib.Path(sys.executable).parent
HOME, OTHER = "111111111111", "222222222222"
SECRET = "a-secret-key-nobody-may-see"
ROLE = f"arn:aws:iam::{OTHER}:role/threatlists"
LIST = {"name": "threats", "kind": "threatintelset", "format": "TXT", "location": "s3://lists/threats.txt"}
LISTS = {"lists": [LIST], "assume_role_arn": ROLE}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lists/*"}],
}


def task(name, arguments=None, module="guardduty_lists", **keywords):
    return {"name": name, f"threatlists.aws.{module}": arguments or LISTS, "register": f"r_{name}", **keywords}


def run(aws, folder, tasks, interpreter):
    """All results by the tasks' names, and all that was said at the highest verbosity."""
    folder.mkdir()
    aws.world({"accounts": {HOME: {}, OTHER: {}}, "regions": ["eu-west-1", "us-east-1"]})
    bucket = aws.client("s3")
    bucket.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket.put_bucket_policy(Bucket="lists", Policy=json.dumps(POLICY))
    bucket.put_object(Bucket="lists", Key="threats.txt", Body=b"198.51.100.1\n")
    sudo = folder / "sudo"
    sudo.write_text('#!/bin/sh\nwhile [ "$1" != -u ]; do shift; done\nshift 2\nexec "$@"\n')
    sudo.chmod(0o755)
    results = "{{ {" + ", ".join(f"'{name}': r_{name}" for name in names(tasks)) + "} | to_json }}"
    play = {
        "hosts": "fleet",
        "gather_facts": False,
        "module_defaults": {"group/threatlists.aws.aws": {"region": "eu-west-1"}},
        "vars": {"other": "us-east-1", "key": aws.environment()["AWS_ACCESS_KEY_ID"]},
        "tasks": [*tasks, {"ansible.builtin.copy": {"content": results, "dest": str(folder / "results.json")}}],
    }
    here = {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(interpreter),
        "ansible_become_exe": str(sudo),
    }
    inventory = {"all": {"hosts": {"localhost": here}, "children": {"fleet": {"hosts": {"account": here}}}}}
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    (folder / "inventory.yml").write_text(yaml.safe_dump(inventory))
    done = subprocess.run(
        [BIN / "ansible-playbook", "play.yml", "-i", "inventory.yml", "-vvvv"],
        env={
            **os.environ,
            **aws.environment(),
            "SECRET": SECRET,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_ASYNC_DIR": str(folder / "async"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-6000:]
    assert SECRET not in said
    return json.loads((folder / "results.json").read_text()), said


def names(tasks):
    return [each["name"] for each in tasks]


def run_both(aws, folder, tasks):
    """The results in the worker and as a module, and what either said."""
    elsewhere = folder / "python"  # the same Python, but nothing says so
    elsewhere.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    elsewhere.chmod(0o755)
    in_worker, said = run(aws, folder / "worker", tasks, sys.executable)
    as_module, module_said = run(aws, folder / "module", tasks, elsewhere)
    return in_worker, as_module, said, module_said


def comparable(result):
    """Without what differs between any two runs."""
    result = {name: value for name, value in result.items() if name != "exception"}  # a traceback, with its paths
    text = json.dumps(result, sort_keys=True)
    text = re.sub(r"[0-9a-f]{32}", "ID", text)
    text = re.sub(r"j\d+\.\d+", "JOB", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+Z]*", "TIME", text)
    text = re.sub(r"(?:/[^/\" ]+)*/(?:worker|module)/", "FOLDER/", text)
    return json.loads(text)
