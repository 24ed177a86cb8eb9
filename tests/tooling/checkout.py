# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as users get it: built from the files that git knows, installed without a Galaxy server."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GALAXY = pathlib.Path(sys.executable).with_name("ansible-galaxy")


def tracked_files() -> list[str]:
    """Return what a commit of the working tree would hold: tracked or new, and not ignored."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()]


def copy_tree(destination: pathlib.Path, names: list[str] | None = None) -> pathlib.Path:
    """Copy these files of the checkout, or all that git knows; return the folder."""
    for name in tracked_files() if names is None else names:
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return destination


def link_other_collections(destination: pathlib.Path, amazon: str = "current") -> pathlib.Path:
    """Link amazon.aws and awx.awx into a path of collections; return that.

    amazon: the set that tests/setup.sh makes whose amazon.aws is taken; only the set `floor` has awx.awx.
    """
    sets = ROOT / ".cache/collections"
    for name, folder in (("amazon/aws", sets / amazon), ("awx/awx", sets / "floor")):
        link = destination / "ansible_collections" / name
        link.parent.mkdir(parents=True)
        link.symlink_to(folder / "ansible_collections" / name)
    return destination


def build(destination: pathlib.Path) -> pathlib.Path:
    """Build the tarball of the collection; return its path."""
    with tempfile.TemporaryDirectory(dir=destination) as folder:
        copy = copy_tree(pathlib.Path(folder))
        command = [str(GALAXY), "collection", "build", "--output-path", str(destination), "--force"]
        subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return next(destination.glob("threatlists-aws-*.tar.gz"))


def install(tarball: pathlib.Path, destination: pathlib.Path) -> pathlib.Path:
    """Install the tarball into an empty path, with the collections that it works with; return the collections path."""
    command = [str(GALAXY), "collection", "install", str(tarball), "-p", str(destination), "--offline", "--no-deps"]
    subprocess.run(command, cwd=destination, check=True, capture_output=True)
    return link_other_collections(destination)


def contents(tarball: pathlib.Path) -> list[str]:
    """Return the names of the files in the tarball, sorted."""
    with tarfile.open(tarball) as archive:
        return sorted(member.name for member in archive.getmembers() if member.isfile())
