# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make emulators`: both emulated services on free loopback ports until Ctrl-C, and the variables that reach them."""

from __future__ import annotations

import shlex
import signal
import sys

from emulators import control


def main() -> None:
    with control.aws() as aws, control.threatstream() as threatstream:
        print("# Paste this into another terminal; Ctrl-C here ends both.")
        for name, value in {**aws.environment(), **threatstream.environment()}.items():
            print(f"export {name}={shlex.quote(value)}")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
