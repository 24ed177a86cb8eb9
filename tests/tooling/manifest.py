# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make manifest`: writes what the tarball holds to tests/packaging/manifest.txt, for a person to review."""

from __future__ import annotations

import pathlib
import tempfile

from tooling import checkout

with tempfile.TemporaryDirectory() as folder:
    names = checkout.contents(checkout.build(pathlib.Path(folder)))
(checkout.ROOT / "tests/packaging/manifest.txt").write_text("".join(f"{name}\n" for name in names))
