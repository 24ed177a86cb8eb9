# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make emulators`: both emulated services on free loopback ports until Ctrl-C, and the variables that reach them.

They hold the world of `make demo`: three accounts in three Regions, and its indicators.
"""

from __future__ import annotations

import pathlib
import shlex
import signal
import sys

import demo
from threatlists_emulators import control

CACHE = pathlib.Path(__file__).resolve().parents[2] / ".cache"
ENDING = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Run both emulators until Ctrl-C, and print how to reach them."""
    # Blocked here and, inherited, in the emulators: a Ctrl-C ends this process, which then ends them in good order.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with control.aws() as aws, control.threatstream() as threatstream:
        aws.world(demo.WORLD)
        threatstream.world({"objects": demo.INTELLIGENCE})
        print("# Paste this into another terminal; Ctrl-C here ends both.")
        for name, value in {**aws.environment(), **threatstream.environment()}.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"export ANSIBLE_COLLECTIONS_PATH={shlex.quote(str(CACHE / 'collections/current'))}")
        print(f"export PATH={shlex.quote(str(CACHE / 'venv/main/bin'))}:$PATH")
        sys.stdout.flush()
        signal.sigwait(ENDING)


if __name__ == "__main__":
    main()
