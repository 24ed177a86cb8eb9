# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each account and each bucket should hold, from the declared lists. Private to the collection."""

from __future__ import annotations

import collections
import itertools
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import (
    KINDS,
    LONGEST_LOCATION,
    MAX_LOCATIONS,
    NAME,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import contents

Declared = t.Mapping[str, t.Any]

QUOTAS = {kind.name: kind.quota for kind in KINDS.values()}
# Options of which one publish takes the same for all accounts; tags and activation may differ by account.
COMMON = ("name", "kind", "format", "bucket", "key", "sources", "policy", "groups", "state", "hold")


class Host(t.NamedTuple):
    """An account of the run. account_id, organization_id: empty where nothing tells it.

    regions: empty for the session's one.
    """

    name: str
    account_name: str
    account_id: str
    regions: tuple[str, ...]
    groups: frozenset[str]
    assume_role_arn: str
    organization_id: str = ""


def normal(item: Declared) -> dict[str, t.Any]:
    """Return a declared list with its values in the types that the role's specification gives them."""
    groups = item.get("groups") or ["all"]
    return {
        **item,
        "name": str(item["name"]),
        "groups": list(map(str, [groups] if isinstance(groups, str) else groups)),
        "hold": boolean(item.get("hold", False), strict=False),
    }


def run_host(name: str, variables: t.Mapping[str, t.Any], default_regions: t.Any = ()) -> Host:
    """Return a host of the run from its variables; the role's own settings go before those of an inventory plugin."""
    arn = str(variables.get("threatlists_assume_role_arn") or variables.get("assume_role_arn") or "")
    assumed = arns.ROLE_ARN.fullmatch(arn)
    account_id = variables.get("threatlists_account_id") or variables.get("account_id")
    regions = variables.get("threatlists_regions") or default_regions or ()
    return Host(
        name=str(name),
        account_name=str(variables.get("account_name") or name),
        account_id=str(account_id or (assumed["account"] if assumed else "")),
        regions=region_names(regions),
        groups=frozenset(map(str, variables.get("group_names") or [])),
        assume_role_arn=arn,
        organization_id=str(variables.get("organization_id") or ""),
    )


def region_names(regions: t.Iterable[t.Any]) -> tuple[str, ...]:
    """Return the names of Regions, which an option takes as a list or as one text with commas."""
    return tuple(str(region).strip() for region in (regions.split(",") if isinstance(regions, str) else regions))


def differs(one: t.Iterable[Declared], other: t.Iterable[Declared]) -> bool:
    """Return whether two hosts declare different lists: publish takes what one host declares for all."""
    mine, theirs = ([[item.get(option) for option in COMMON] for item in lists] for lists in (one, other))
    return mine != theirs


def wanted_by(item: Declared, groups: t.Collection[str]) -> bool:
    """Return whether a host in these groups gets the list."""
    return "all" in item["groups"] or any(group in groups for group in item["groups"])


def present(item: Declared) -> bool:
    """Return whether the list is declared to be there."""
    return bool(item.get("state", "present") == "present")


def expansions(item: Declared, host: Host) -> list[tuple[str, str, str | None]]:
    """Return C((bucket, key, region)) of each object of the list that the host reads; region: where the bucket must be.

    Raises ValueError where the host does not tell what C({region}) or C({account_id}) stands for.
    """
    bucket, key = str(item["bucket"]), str(item["key"])
    if "{account_id}" in bucket + key:
        if not host.account_id:
            raise ValueError(f"{{account_id}} in {item['name']}: host {host.name} has no variable account_id.")
        bucket, key = (text.replace("{account_id}", host.account_id) for text in (bucket, key))
    if "{region}" not in bucket + key:
        return [(bucket, key, None)]
    if not host.regions or "all" in host.regions:
        raise ValueError(f"{{region}} in {item['name']}: host {host.name} has no list threatlists_regions.")
    return [
        (bucket.replace("{region}", region), key.replace("{region}", region), region if "{region}" in bucket else None)
        for region in host.regions
    ]


def objects(declared: t.Iterable[Declared], hosts: t.Sequence[Host]) -> list[dict[str, t.Any]]:
    """Return each distinct object of the declared lists once, with the list that it holds and the hosts that read it.

    C(present) tells whether the list is to be there; C(shared), whether any list that is to be there uses the object.
    An object that no host reads is left out.
    """
    found: dict[tuple[str, str, str, str], dict[str, t.Any]] = {}
    for item in declared:
        for host in hosts:
            if not wanted_by(item, host.groups):
                continue
            for bucket, key, region in expansions(item, host):
                entry = found.setdefault(
                    (item["name"], item["kind"], bucket, key),
                    {
                        "name": item["name"],
                        "kind": item["kind"],
                        "bucket": bucket,
                        "key": key,
                        "region": region,
                        "expected_bucket_owner": item.get("expected_bucket_owner"),
                        "present": present(item),
                        "readers": [],
                    },
                )
                entry["readers"].append(host.name)
    used = {(entry["bucket"], entry["key"]) for entry in found.values() if entry["present"]}
    return [{**entry, "shared": (entry["bucket"], entry["key"]) in used} for entry in found.values()]


PASSED_ON = ("activate", "expected_bucket_owner", "tags", "purge_tags", "recreate", "adopt", "trust_content")


def lists_of_host(
    declared: t.Iterable[Declared], groups: t.Collection[str], published: t.Sequence[t.Mapping[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """Return the O(lists) of guardduty_lists for a host.

    published: the objects with their C(sha256). Where the objects of a list differ in content, no digest is given, and
    the module looks them up, one HeadObject each. A list of which nothing is published yet is left out, so that the
    others do not fail for it.
    """
    digests: dict[tuple[str, str], set[str | None]] = collections.defaultdict(set)
    for entry in published:
        digests[entry["name"], entry["kind"]].add(entry.get("sha256"))
    lists = []
    for item in declared:
        if not wanted_by(item, groups):
            continue
        wanted: dict[str, t.Any] = {
            "name": item["name"],
            "kind": item["kind"],
            "state": item.get("state", "present"),
            "format": item["format"],
            "location": f"s3://{item['bucket']}/{item['key']}",
        }
        for option in PASSED_ON:
            if item.get(option) is not None:
                wanted[option] = item[option]
        if present(item) and nowhere(item, published):
            continue
        known = digests[item["name"], item["kind"]]
        if present(item) and len(known) == 1 and None not in known:
            wanted["sha256"] = next(iter(known))
        lists.append(wanted)
    return lists


def arguments_of_host(
    declared: t.Sequence[Declared],
    groups: t.Collection[str],
    published: t.Sequence[t.Mapping[str, t.Any]],
    *,
    purges: bool,
) -> dict[str, t.Any]:
    """Return the arguments C({lists, keep_lists, purge_lists}) of guardduty_lists for a host.

    A list of which nothing is published is left out of C(lists), yet is still declared, so it stands in C(keep_lists).
    """
    given = lists_of_host(declared, groups, published)
    known = {(item["name"], item["kind"]) for item in given}
    wanted = [{"name": item["name"], "kind": item["kind"]} for item in declared if wanted_by(item, groups)]
    kept = [item for item in wanted if (item["name"], item["kind"]) not in known]
    return {"lists": given, "keep_lists": kept, "purge_lists": purges and bool(given) and not kept}


def nowhere(item: Declared, published: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether it is known that none of the list's objects is there."""
    missing = [
        bool(entry.get("missing"))
        for entry in published
        if (entry["name"], entry["kind"]) == (item["name"], item["kind"])
    ]
    return bool(missing) and all(missing)


def merged(declared: t.Iterable[Declared], placed: t.Iterable[t.Mapping[str, t.Any]]) -> list[Declared]:
    """Return the lists that a publish merges and uploads. placed: what C(objects) returned."""
    somewhere = {(entry["name"], entry["kind"]) for entry in placed}
    return [
        item
        for item in declared
        if _published_here(item) and not item["hold"] and (item["name"], item["kind"]) in somewhere
    ]


def notes(declared: t.Iterable[Declared], placed: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return a sentence on each list that a run leaves as it is, or that no account gets."""
    somewhere = {(entry["name"], entry["kind"]) for entry in placed}
    found = []
    for item in declared:
        if item["hold"]:
            found.append(f"{item['name']} is on hold: its object stays as it is.")
        if present(item) and (item["name"], item["kind"]) not in somewhere:
            found.append(f"{item['name']}: no account of this run is in {', '.join(item['groups'])}, so none gets it.")
    return found


def _published_here(item: Declared) -> bool:
    return present(item) and bool(item.get("sources"))


def problems(declared: t.Sequence[Declared], hosts: t.Sequence[Host], groups: t.Collection[str] | None) -> list[str]:
    """Return a sentence for each declaration that cannot be meant or cannot fit; nothing is written then.

    groups: those of the inventory; None where they are not known.
    """
    found = [problem for item in declared for problem in _problems_of(item, groups)]
    found += [
        f"{host.name}: its account_id {host.account_id} is not 12 digits."
        for host in hosts
        if host.account_id and not arns.ACCOUNT_ID.fullmatch(host.account_id)
    ]
    found += [problem for host in hosts for problem in _stray_role(host)]
    twice = collections.Counter((item["name"], item["kind"]) for item in declared)
    found += [f"{name}: declared {count} times as {kind}." for (name, kind), count in twice.items() if count > 1]
    try:
        placed = objects(declared, hosts)
    except ValueError as error:
        return [*found, str(error)]
    by_object = collections.defaultdict(list)
    written = {(item["name"], item["kind"]) for item in declared if _published_here(item)}
    for entry in placed:
        if (entry["name"], entry["kind"]) in written:
            by_object[entry["bucket"], entry["key"]].append(entry["name"])
    found += [
        f"{' and '.join(names)} would overwrite each other at s3://{bucket}/{key}."
        for (bucket, key), names in by_object.items()
        if len(names) > 1
    ]
    return list(dict.fromkeys([*found, *itertools.chain.from_iterable(_too_many(declared, host) for host in hosts)]))


def _problems_of(item: Declared, groups: t.Collection[str] | None) -> t.Iterator[str]:
    name = item["name"]
    if not NAME.fullmatch(name):
        yield f"{name!r}: a list's name is 1 to 300 letters, digits, hyphens and underscores."
    if len(f"s3://{item['bucket']}/{item['key']}") > LONGEST_LOCATION:
        yield f"{name}: its location is longer than {LONGEST_LOCATION} characters."
    for group in item["groups"]:
        if groups is not None and group != "all" and group not in groups:
            yield f"{name}: there is no group {group} in the inventory, so no account would get the list there."
    yield from contents.problems(item)


def _stray_role(host: Host) -> t.Iterator[str]:
    """Yield a problem where the role is of another account than the host: its lists would be made there."""
    assumed = arns.ROLE_ARN.fullmatch(host.assume_role_arn)
    if assumed and host.account_id and assumed["account"] != host.account_id:
        yield (
            f"{host.name}: its account_id is {host.account_id}, but its assume_role_arn {host.assume_role_arn} is of "
            f"account {assumed['account']}. Correct the one that is wrong."
        )


def _too_many(declared: t.Iterable[Declared], host: Host) -> t.Iterator[str]:
    mine = [item for item in declared if present(item) and wanted_by(item, host.groups)]
    counts = collections.Counter(item["kind"] for item in mine)
    for kind, count in counts.items():
        if count > QUOTAS[kind]:
            yield f"{count} lists of kind {kind} are declared for {host.name}; GuardDuty takes {QUOTAS[kind]}."
    with_policy = [item for item in mine if KINDS[item["kind"]].has_role_policy]
    locations = {place[:2] for item in with_policy for place in expansions(item, host)}
    if len(locations) > MAX_LOCATIONS:
        yield f"{len(locations)} objects are declared for {host.name}; GuardDuty's role holds {MAX_LOCATIONS}."
