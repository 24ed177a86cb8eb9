# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TAXII 2.1 collection, from OASIS's own server."""

from __future__ import annotations

import json

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.taxii_read import TaxiiCollection
from support import feeds

OBJECTS = [feeds.indicator(number, f"[ipv4-addr:value = '45.0.0.{number}']") for number in range(1, 26)]


@pytest.fixture(scope="module")
def server():
    with feeds.taxii(page=10) as running:
        yield running


@pytest.fixture
def collection(server):
    server.hold(OBJECTS)
    return lambda **options: TaxiiCollection(
        **{
            "url": server.url,
            "collection": server.collection,
            "label": "item 1",
            "username": server.username,
            "password": server.password,
            **options,
        }
    )


def values(collection):
    return [each.value for each in collection.indicators(Reading())]


def test_every_page_is_read(collection):
    assert values(collection()) == [f"45.0.0.{number}" for number in range(1, 26)]


def test_only_what_was_added_after(collection):
    found = values(collection(added_after="2026-01-01T00:00:19Z"))
    assert found == [f"45.0.0.{number}" for number in range(21, 26)]


def test_the_latest_version_of_an_indicator_counts(server, collection):
    later = feeds.indicator(1, "[ipv4-addr:value = '45.0.0.99']", modified="2026-02-01T00:00:00.000Z", revoked=True)
    server.hold([*OBJECTS, later])
    found = list(collection().indicators(Reading()))
    assert [each.status for each in found if each.value in {"45.0.0.1", "45.0.0.99"}] == ["revoked"]


def test_an_empty_collection_is_empty(server, collection):
    server.hold([])
    assert values(collection()) == []


def test_other_objects_are_no_indicators(server, collection):
    identity = {"type": "identity", "spec_version": "2.1", "id": "identity--1", "created": "2026-01-01T00:00:00.000Z"}
    server.hold([identity | {"modified": identity["created"]}, OBJECTS[0]])
    assert values(collection()) == ["45.0.0.1"]


@pytest.mark.parametrize("options", [{"password": "wrong"}, {"username": "", "password": ""}])
def test_a_credential_that_is_refused(collection, options):
    with pytest.raises(CredentialsError, match=r"item 1: access was refused \(401\)") as error:
        values(collection(**options))
    assert "wrong" not in str(error.value)


@pytest.mark.parametrize("missing", ["username", "password"])
def test_a_credential_that_is_missing(collection, missing):
    with pytest.raises(CredentialsError, match=f"item 1: {missing} is missing"):
        collection(**{missing: ""})


def test_a_collection_that_is_not_to_be_read(server, collection):
    server.hold(OBJECTS, readable=False)
    with pytest.raises(SourceError, match="item 1: "):
        values(collection())


def test_a_collection_that_is_not_there(collection):
    with pytest.raises(SourceError, match=r"item 1: answered 404") as error:
        values(collection(collection="00000000-0000-4000-8000-000000000000"))
    assert error.value.code == "NotFound"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "http://taxii.example.com/api1/"}, "item 1: url: is http"),
        ({"url": "https://u:p@taxii.example.com/api1/"}, "item 1: url: holds a credential"),
        ({"added_after": "yesterday"}, "added_after: 'yesterday' is not a time"),
    ],
)
def test_what_cannot_be_meant(collection, options, message):
    with pytest.raises(ArgumentError, match=message):
        collection(**options)


TAXII = "application/taxii+json;version=2.1"
SHOWN = {"id": feeds.COLLECTION, "title": "x", "can_read": True, "can_write": False}


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        ({"more": True, "objects": OBJECTS[:1]}, "NotWhole"),
        ({"more": True, "next": "", "objects": OBJECTS[:1]}, "NotWhole"),
        ({"objects": {}}, "NotTaxii"),
        ([], "NotTaxii"),
        ({"objects": ["x"]}, "NotTaxii"),
    ],
)
def test_an_answer_that_is_not_whole(collection, envelope, code):
    with feeds.files() as server:
        path = f"/api1/collections/{feeds.COLLECTION}/"
        server.files = {path: json.dumps(SHOWN).encode(), f"{path}objects/": json.dumps(envelope).encode()}
        server.content_type = TAXII
        with pytest.raises(SourceError) as error:
            values(collection(url=f"{server.url}/api1"))
        assert error.value.code == code


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]"])
def test_what_is_no_taxii(collection, body):
    with feeds.files() as server:
        server.files = {f"/api1/collections/{feeds.COLLECTION}/": body}
        for server.content_type in ("text/html", TAXII):
            with pytest.raises(SourceError, match="did not answer as a TAXII"):
                values(collection(url=f"{server.url}/api1"))


def test_a_redirect_is_not_followed(collection):
    with feeds.files() as server:
        server.redirects = {f"/api1/collections/{feeds.COLLECTION}/": "/elsewhere"}
        with pytest.raises(SourceError, match="redirects; it was not followed"):
            values(collection(url=f"{server.url}/api1"))


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_not_well_can_be_asked_again(collection, status):
    with feeds.files() as server:
        server.faults = [status]
        with pytest.raises(SourceError, match=f"answered {status}") as error:
            values(collection(url=f"{server.url}/api1"))
        assert error.value.retryable
