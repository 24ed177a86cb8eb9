# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts of an organization are meant, and what Ansible may evaluate of their names."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.threatlists.aws.plugins.plugin_utils import _organization
from ansible_collections.threatlists.aws.plugins.plugin_utils._trust import trusted, untrusted
from hypothesis import given
from hypothesis import strategies as st

NOTHING = _organization.AccountFilter(ids=[], ous=[], names=[], tags={})
SHOP = _organization.OrganizationAccount(
    account_id="222222222222",
    account_name="shop-prod",
    partition="aws",
    organization_id="o-abcdefgh",
    ou_path="Workloads/Production",
    ou_paths=["Workloads", "Workloads/Production"],
    ous=["/", "Workloads", "Workloads/Production", "ou-ab12-prod1234", "ou-ab12-work1234", "r-ab12"],
    account_tags={"environment": "prod", "owner": ""},
)
MATCHING = [
    {"ids": ["222222222222", "333333333333"]},
    {"ous": ["Workloads"]},
    {"ous": ["/Workloads/Production/"]},
    {"ous": ["Sandbox", "ou-ab12-work1234"]},
    {"ous": ["r-ab12"]},
    {"ous": ["/"]},
    {"names": ["shop-*"]},
    {"tags": {"environment": "prod"}},
    {"tags": {"environment": ["qa", "pro?"], "owner": ""}},
    {"tags": {"owner": "*"}},
]
OTHERS = [
    {"ids": ["2222"]},
    {"ous": ["Production"]},
    {"ous": [""]},
    {"names": ["shop", "SHOP-*"]},
    {"tags": {"environment": "dev"}},
    {"tags": {"environment": "prod", "team": "*"}},
]


def selection(conditions):
    return _organization.AccountFilter(**{**NOTHING, **conditions})


@pytest.mark.parametrize("conditions", MATCHING)
def test_a_condition_that_holds_includes_and_excludes(conditions):
    assert _organization.selected(SHOP, selection(conditions), NOTHING)
    assert not _organization.selected(SHOP, NOTHING, selection(conditions))


@pytest.mark.parametrize("conditions", OTHERS)
def test_a_condition_that_does_not_hold_keeps_the_account_out_of_include_only(conditions):
    assert not _organization.selected(SHOP, selection(conditions), NOTHING)
    assert _organization.selected(SHOP, NOTHING, selection(conditions))


@given(st.lists(st.sampled_from(MATCHING + OTHERS), max_size=4), st.lists(st.sampled_from(MATCHING + OTHERS)))
def test_include_asks_for_every_kind_and_exclude_for_any(include, exclude):
    merged = [{key: value for each in many for key, value in each.items()} for many in (include, exclude)]
    one_by_one = [
        [_organization.selected(SHOP, selection({key: value}), NOTHING) for key, value in each.items()]
        for each in merged
    ]
    expected = all(one_by_one[0]) and not any(one_by_one[1])
    assert _organization.selected(SHOP, selection(merged[0]), selection(merged[1])) == expected


def test_tags_can_be_left_for_later():
    conditions = selection({"tags": {"environment": "dev"}})
    assert _organization.selected(SHOP, conditions, NOTHING, with_tags=False)


@given(
    st.text(), st.sampled_from(["{{ 1 + 1 }}", "{% set x = 1 %}", "{# x #}", "#jinja2: variable_start_string:'('\n(1)"])
)
def test_text_from_elsewhere_is_never_evaluated(text, template):
    templar = Templar(loader=DataLoader(), variables={"name": untrusted({"a": [text + template, template]})})
    assert templar.template(trusted("{{ name.a }}")) == [text + template, template]


def test_a_template_of_our_own_is_evaluated():
    templar = Templar(loader=DataLoader(), variables={"name": trusted("{{ 40 + 2 }}")})
    assert str(templar.template(trusted("{{ name }}"))) == "42"
