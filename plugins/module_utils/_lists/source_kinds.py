# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of source that need no room above this one. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists import sources, taxii_source, url_source


def of_lists(env_fallback: t.Callable[..., t.Any]) -> dict[str, sources.SourceKind]:
    """Return these kinds by name.

    env_fallback: Ansible's, for credentials that come from the environment where an item leaves them out.
    """
    return {"url": url_source.URL, "taxii": taxii_source.source_kind(env_fallback), **sources.SOURCE_KINDS}
