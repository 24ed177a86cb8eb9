# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 1.x in every shape of docs/dev/stix.md#10; the stix library is the oracle where it can read a file at all."""

from __future__ import annotations

import io
import pathlib
from xml.sax.saxutils import escape

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats
from support import list_cases, paths, stix_files


def read(content, recovered=None):
    return list(formats.read(io.BytesIO(content), "list.xml", recovered=recovered))


def values(content, **options):
    return [(indicator.value, indicator.type) for indicator in read(content, **options)]


def found(name):
    return {i.value: i for i in read((paths.FIXTURES / "stix" / name).read_bytes())}


def test_every_shape_gives_its_addresses_or_names_what_was_dropped():
    assert {value: indicator.type for value, indicator in found("shapes.xml").items()} == {
        "45.0.0.1": "ip",
        "45.0.0.2": "ip",
        "45.0.0.3": "ip",
        "45.0.0.4": "negated",
        "45.0.0.5": "negated",
        "45.0.1.1": "ip",
        "45.0.1.2": "ip",
        "45.0.2.255-45.0.2.0": "ip",
        "45.0.3.": "pattern",
        "45.0.4.1": "ip",
        "45.0.4.2": "ip",
        "45.0.5.0/24": "ip",
        "45.0.6.1": "ip",
        "2001:db8::1": "ipv6",
        "Bad.Example.COM": "domain",
        "http://bad.example.com/x": "url",
        "someone@example.com": "email",
        "other@example.com": "email",
        "d2:fb:49:24:37:18": "mac",
        "64496": "asn",
        "example:Observable-nowhere": "unresolved",
    }


def test_what_surrounds_an_address_is_kept():
    inside = found("shapes.xml")["45.0.1.2"]
    assert inside._asdict() == {
        "value": "45.0.1.2",
        "type": "ip",
        "confidence": 85,
        "itype": "",
        "status": "active",
        "source": "Example Feed",
        "severity": "",
        "tlp": "green",
        "created": "2026-01-15T00:00:00.000Z",
        "modified": "2026-02-01T00:00:00.000Z",
        "expires": "2030-01-01T00:00:00.000Z",
        "valid_from": "",
        "id": "",
        "tags": (),
    }
    assert found("shapes.xml")["45.0.0.1"].source == "Example CERT"
    assert found("shapes.xml")["45.0.6.1"].modified == "2026-03-01T00:00:00.000Z"


def test_an_indicator_that_refers_to_an_observable_speaks_for_it():
    assert found("shapes.xml")["45.0.0.2"].confidence == 70
    assert found("shapes.xml")["45.0.0.3"].confidence == 15


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("2015-01-01T00:00:00Z", ""), ""),
        (("", "2015-01-01T00:00:00Z"), ""),
        (("2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"), "2016-01-01T00:00:00.000Z"),
        (("2016-01-01T00:00:00Z", "2015-01-01T00:00:00Z"), "2016-01-01T00:00:00.000Z"),
        (("next Friday", "2015-01-01T00:00:00Z"), "2015-01-01T00:00:00.000Z"),
        (("2015-01-01T00:00:00Z", "31/12/2015"), "2015-01-01T00:00:00.000Z"),
        (("next Friday", ""), ""),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_an_observable_expires_with_the_last_indicator_that_speaks_for_it(ends, expected, inside):
    content = list_cases.stix("45.0.0.1").decode().replace("<cybox:Observable>", '<cybox:Observable id="x:o">')
    start = content.index('<cybox:Observable id="x:o">')
    end = content.index("</stix:Observables>")
    observable = content[start:end]
    bodies = [observable if inside else '<cybox:Observable idref="x:o"/>', '<cybox:Observable idref="x:o"/>']
    indicators = "".join(
        f"<stix:Indicator>{body}<stix:Valid_Time_Position><stix:End_Time>{time}</stix:End_Time>"
        "</stix:Valid_Time_Position></stix:Indicator>"
        for body, time in zip(bodies, ends, strict=True)
    )
    content = content.replace(observable, indicators if inside else observable + indicators)
    assert [(i.value, i.type, i.expires) for i in read(content.encode())] == [("45.0.0.1", "ip", expected)]


@pytest.mark.parametrize("refers", [False, True])
def test_an_indicator_whose_end_cannot_be_read_is_unresolved_since_it_may_be_over(refers):
    content = list_cases.stix("45.0.0.1").decode().replace("<cybox:Observable>", '<cybox:Observable id="x:o">')
    start = content.index('<cybox:Observable id="x:o">')
    observable = content[start : content.index("</stix:Observables>")]
    body = '<cybox:Observable idref="x:o"/>' if refers else observable
    indicator = (
        f"<stix:Indicator>{body}<stix:Valid_Time_Position>"
        "<stix:End_Time>31/12/2015</stix:End_Time></stix:Valid_Time_Position></stix:Indicator>"
    )
    content = content.replace(observable, indicator + observable * refers)
    assert [(i.value, i.type, i.expires) for i in read(content.encode())] == [("45.0.0.1", "unresolved", "")]


@pytest.mark.parametrize(
    ("indicators", "expected"),
    [
        ('<stix:Indicator><x:Observable negate="true" idref="x:o"/></stix:Indicator>', "negated"),
        ('<stix:Indicator negate="true"><x:Observable idref="x:o"/></stix:Indicator>', "negated"),
        (
            '<stix:Indicator negate="true"><x:Observable idref="x:o"/></stix:Indicator>'
            '<stix:Indicator><x:Observable idref="x:o"/></stix:Indicator>',
            "ip",
        ),
    ],
)
def test_an_observable_that_is_only_referred_to_in_the_negative_is_no_threat(indicators, expected):
    content = list_cases.stix("45.0.0.1").decode().replace("<cybox:Observable>", '<cybox:Observable id="x:o">')
    content = content.replace("</stix:Observables>", f'</stix:Observables><a xmlns:x="urn:x">{indicators}</a>')
    assert values(content.encode()) == [("45.0.0.1", expected)]


def test_references_reach_into_other_packages_of_a_poll_response_and_may_be_circular():
    indicator = found("poll_response.xml")["45.2.0.1"]
    assert (indicator.confidence, indicator.source) == (50, "Tracker")
    assert indicator.modified == "2026-04-01T00:00:00.000Z"


def test_a_default_namespace_and_the_comma_lists_of_1_0():
    assert list(found("default_namespace_1.0.xml")) == ["45.1.0.1", "45.1.0.2", "45.1.0.3", "bad.example.org"]


@pytest.mark.parametrize(
    ("value", "attributes", "expected"),
    [
        ("192.0.2.1", {}, [("192.0.2.1", "ip")]),
        (" \n192.0.2.1\t", {"condition": "equals"}, [("192.0.2.1", "ip")]),
        ("192.0.2.0/24", {"condition": "Equals"}, [("192.0.2.0/24", "ip")]),
        ("192.0.2.1<!-- x -->", {}, [("192.0.2.1", "ip")]),
        ("192.0.<![CDATA[2.1]]>", {}, [("192.0.2.1", "ip")]),
        ("&#49;92.0.2.1", {}, [("192.0.2.1", "ip")]),
        ("192.0.2.1##comma##", {}, [("192.0.2.1", "ip")]),
        ("a;b", {"delimiter": ";"}, [("a", "ip"), ("b", "ip")]),
        ("192.0.2.1##comma##192.0.2.9", {"condition": "InclusiveBetween"}, [("192.0.2.1-192.0.2.9", "ip")]),
        ("192.0.2.1;192.0.2.9", {"condition": "InclusiveBetween", "delimiter": ";"}, [("192.0.2.1-192.0.2.9", "ip")]),
        ("1##comma##2##comma##3", {"condition": "InclusiveBetween"}, [("1##comma##2##comma##3", "ip")]),
        ("192.0.2.1", {"condition": "DoesNotEqual"}, [("192.0.2.1", "negated")]),
        ("192.0.2.1", {"apply_condition": "NONE"}, [("192.0.2.1", "negated")]),
        ("192.0.2", {"condition": "StartsWith"}, [("192.0.2", "pattern")]),
        ("192.*", {"condition": "FitsPattern"}, [("192.*", "pattern")]),
        ("192.0.2.1", {"condition": "Equal"}, [("192.0.2.1", "ip")]),
        ("", {}, [("", "ip")]),
    ],
)
def test_values_and_conditions(value, attributes, expected):
    assert values(list_cases.stix(value, **attributes)) == expected


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (None, "ip"),
        ("ipv4-net", "ip"),
        ("cidr", "ip"),
        ("IPv4-addr", "ip"),
        ("IPv4", "ip"),
        ("ip", "ip"),
        ("ipv6-net", "ipv6"),
        ("ipv4-net-mask", "ipv4-net-mask"),
        ("mac", "mac"),
        ("asn", "asn"),
        ("e-mail", "email"),
    ],
)
def test_categories(category, expected):
    assert values(list_cases.stix("192.0.2.1", category)) == [("192.0.2.1", expected)]


def poll_response(content, attributes=""):
    return f"""<taxii:Poll_Response xmlns:taxii="http://taxii.mitre.org/messages/taxii_xml_binding-1.1" {attributes}>
<taxii:Content_Block><taxii:Content>{content}</taxii:Content></taxii:Content_Block></taxii:Poll_Response>""".encode()


@pytest.mark.parametrize("recovered", [None, []])
def test_a_content_block_that_gives_no_package_is_refused(recovered):
    package = list_cases.stix("45.0.0.1").decode()
    assert values(poll_response(package)) == [("45.0.0.1", "ip")]
    assert values(
        poll_response(f"{package}</taxii:Content></taxii:Content_Block><taxii:Content_Block><taxii:Content>")
    ) == [("45.0.0.1", "ip")]
    unread = [
        escape(package),
        f"<![CDATA[{package}]]>",
        '<x:EncryptedData xmlns:x="urn:x"/>',
        f"{package}</taxii:Content>",
    ]
    unread[-1] += f"</taxii:Content_Block><taxii:Content_Block><taxii:Content>{escape(package)}"
    for content in unread:
        with pytest.raises(ParseError, match="a Content_Block holds no STIX package"):
            read(poll_response(content), recovered)


def test_a_poll_response_that_is_not_the_last_part_says_so():
    package = list_cases.stix("45.0.0.1").decode()
    assert values(poll_response(package, 'more="true" result_id="7"')) == [
        ("more of result 7", "unresolved"),
        ("45.0.0.1", "ip"),
    ]
    assert values(poll_response(package, 'more="false"')) == [("45.0.0.1", "ip")]


@pytest.mark.parametrize("properties", ["", ' xsi:type="DNSRecordObj:DNSRecordObjectType"'])
def test_domains_without_a_type_of_their_own(properties):
    content = f"""<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:cybox="http://cybox.mitre.org/cybox-2"
 xmlns:DomainNameObj="http://cybox.mitre.org/objects#DomainNameObject-1"
 xmlns:DNSRecordObj="http://cybox.mitre.org/objects#DNSRecordObject-2"
 xmlns:URIObj="http://cybox.mitre.org/objects#URIObject-2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cybox:Properties{properties}>
<DomainNameObj:Value>bad.example.com</DomainNameObj:Value>
<DNSRecordObj:Domain_Name><URIObj:Value>worse.example.com</URIObj:Value></DNSRecordObj:Domain_Name>
<DNSRecordObj:URL><URIObj:Value>http://bad.example.com/</URIObj:Value></DNSRecordObj:URL>
</cybox:Properties></stix:STIX_Package>""".encode()
    assert values(content) == [
        ("bad.example.com", "domain"),
        ("worse.example.com", "domain"),
        ("http://bad.example.com/", "url"),
    ]


def test_a_wide_encoding_recovers_as_utf_8_does():
    bad = list_cases.stix("45.0.0.1&#x20;").decode().replace("</stix:Observables>", "<a></b></stix:Observables>")
    odd = list_cases.stix("45.&x;0.0.1").decode()
    declaration = '<?xml version="1.0" encoding="{}"?>'
    for text in (bad, odd):
        results = []
        for encoding in ("utf-8", "utf-16"):
            recovered = []
            results.append(values((declaration.format(encoding) + text).encode(encoding), recovered=recovered))
            assert "1 of 1 Address_Value elements" in recovered[0]
        assert results[0] == results[1]


def test_html_inside_a_package_is_no_html_page():
    title = "<stix:Title><![CDATA[<html><b>Bad</b></html>]]></stix:Title><stix:Observables"
    content = list_cases.stix("45.0.0.1").replace(b"<stix:Observables", title.encode(), 1)
    assert title.encode() in content
    assert values(content) == [("45.0.0.1", "ip")]


def test_encodings():
    for encoding in ("utf-16", "iso-8859-1"):
        text = f'<?xml version="1.0" encoding="{encoding}"?>' + list_cases.stix("192.0.2.1").decode()
        assert values(text.encode(encoding)) == [("192.0.2.1", "ip")]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "192.0.2.1">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>',
    ],
)
@pytest.mark.parametrize("recovered", [None, []])
def test_entities_are_never_expanded(declaration, recovered):
    with pytest.raises(ParseError, match="entities are never expanded"):
        read(declaration.encode() + list_cases.stix("&a;"), recovered)


def test_what_is_not_well_formed_names_line_and_column():
    content = (paths.FIXTURES / "stix/not_well_formed.xml").read_bytes()
    with pytest.raises(ParseError, match=r"^list\.xml: line 8, column 35: not well-formed"):
        read(content)
    recovered = []
    assert values(content, recovered=recovered) == [("45.3.0.1", "ip"), ("45.3.0.2", "ip")]
    (sentence,) = recovered
    assert "line 8, column 34" in sentence
    assert "2 of 2 Address_Value elements, 2 values" in sentence


def test_a_recovered_file_never_gives_a_value_that_is_not_in_it():
    content = list_cases.stix("192.0.2.1&nothing;1")
    recovered = []
    assert values(content, recovered=recovered) == [("192.0.2.1&nothing;1", "ip")]
    assert len(recovered) == 1
    whole = list_cases.stix("192.0.2.123")
    for end in range(len(whole)):
        assert set(values(whole[:end] or b"<", recovered=[])) <= {("192.0.2.123", "ip")} if end > 500 else True


def test_a_prefix_that_is_not_declared_is_not_well_formed():
    content = list_cases.stix("192.0.2.1").replace(b"AddressObj:Address_Value", b"Other:Address_Value")
    with pytest.raises(ParseError, match="Other"):
        read(content)
    assert values(content, recovered=[]) == [("192.0.2.1", "ip")]


@pytest.mark.parametrize("path", stix_files.PUBLISHED, ids=lambda path: path.name)
def test_documents_as_they_are_published_give_every_address(path: pathlib.Path):
    stix_files.check_every_address_is_read(path)


@pytest.mark.parametrize("path", stix_files.OWN + stix_files.PUBLISHED, ids=lambda path: path.name)
def test_the_stix_library_finds_no_address_that_we_miss(path: pathlib.Path):
    stix_files.check_the_library_finds_no_more(path)
