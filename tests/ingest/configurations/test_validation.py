"""Cluster validation reports in XML, HTML and MHT: the nodes, the networks, and every test that did not succeed."""

from __future__ import annotations

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import Cluster, to_builtins

NAME = "Validation Report 2025.03.14 At 09.26.53"


def channel(id: str, category: str, title: str, result: str, *messages: tuple[str, str], more: str = "") -> str:
    inner = "".join(f'<Message Level="{level}"><![CDATA[{text}]]></Message>' for level, text in messages)
    return (
        f'<Channel id="{id}"><SummaryChannel><Value><![CDATA[{category}]]></Value></SummaryChannel>'
        f"<Title><Value><![CDATA[{title}]]></Value></Title><Result><Value><![CDATA[{result}]]></Value></Result>{inner}{more}</Channel>"
    )


XML = f"""<?xml version="1.0" encoding="utf-16"?><Report><Channel id="0">
<Channel id="c1" Type="Summary"><ChannelName><![CDATA[Inventory]]></ChannelName></Channel>
<Channel id="c2" Type="Summary"><ChannelName><![CDATA[Network]]></ChannelName></Channel>
{
    channel(
        "t1",
        "c1",
        "List Operating System Information",
        "Success",
        ("Info", "Gathering"),
        more='''
<Table><Row><Cell>Node</Cell><Cell>Version</Cell></Row><Row><Cell>KAI01.hafen.example</Cell><Cell>10.0.20348.2340</Cell></Row>
<Row><Cell>KAI02.hafen.example</Cell><Cell>10.0.20348.1129</Cell></Row></Table>''',
    )
}
{
    channel(
        "t2",
        "c2",
        "Validate Cluster Network Configuration",
        "Success",
        ("Info", "Network: Cluster Network 1"),
        ("Info", "Network Role: Internal and client use"),
        ("Info", "Metric: 70384"),
        more="<Table><Row><Cell>192.168.10.0</Cell><Cell>24</Cell></Row></Table>",
    )
}
{channel("t3", "c2", "Validate Network Communication", "Warning", ("Warn", "Node KAI01 is reachable by only one pair of interfaces."))}
{channel("t4", "c2", "Validate IP Configuration", "Failed", ("Fail", "Duplicate address 192.168.10.7."), ("Warn", "one adapter"))}
{channel("t5", "c2", "Validate Windows Firewall Configuration", "Not Run")}
</Channel></Report>"""


def row(name: str, target: str, outcome: str) -> str:
    image = f'<result><IMG border="0" name="{outcome.replace(" ", "")}Img"></result>'
    return f'<tr><td><a href="&#xD;&#xA; #{target}">{name}</a></td><td>{image}</td><td><description>{outcome}</description></td></tr>'


HTML = f"""<html lang="en-US" dir="LTR"><head><META http-equiv="Content-Type" content="text/html"><title>Failover Cluster Validation Report</title>
<style>td {{ color: red }}</style></head><body><h1>Failover Cluster Validation Report</h1>
<table><tr><td>Node:</td><td>KAI01.hafen.example</td><td>Validated</td></tr><tr><td>Node:</td><td>KAI02.hafen.example</td><td>Validated</td></tr>
<tr><td>Started</td><td>3/14/2025 9:20:01 AM</td></tr></table>
<h2>Results by Category</h2><table>{row("Inventory", "1", "Success")}{row("Network", "2", "Failed")}</table>
<a name="1"></a><h2>Inventory</h2><table>{row("List Operating System Information", "10", "Success")}</table>
<table><tr><th>Node</th><th>Operating System Version</th></tr><tr><td>KAI01</td><td>10.0.20348.2340</td></tr>
<tr><td>KAI02</td><td>10.0.20348.1129</td></tr></table>
<h2>Network</h2><table>{row("Validate Network Communication", "31", "Warning")}{row("Validate IP Configuration", "32", "Failed")}
{row("Validate Windows Firewall Configuration", "33", "Not Run")}</table>
<p>Network: Cluster Network 1</p><table><tr><td>Network Role:</td><td>Internal and client use</td></tr><tr><td>Metric:</td><td>70384</td></tr>
<tr><td>192.168.10.0</td><td>24</td></tr></table></body></html>"""


def mht(html: str) -> str:
    body = base64.encodebytes(html.encode("utf-16")).decode()
    return (
        "From: <Saved by Microsoft Internet Explorer 7>\r\nSubject: Report\r\nDate: Fri, 14 Mar 2025 10:26:53 +0100\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="XX"; type="text/html"\r\n\r\n--XX\r\nContent-Type: text/html; charset="utf-16"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n--XX--\r\n"
    )


def read(content: str, name: str) -> Reading:
    reading = read_uploads([Upload(name, content.encode())])
    assert reading.left_out == []
    return reading


def cluster_of(reading: Reading) -> Cluster:
    assert reading.inventory.cluster is not None
    return reading.inventory.cluster


@pytest.mark.parametrize(
    ("content", "name"), [(XML, f"{NAME}.xml"), (HTML, f"{NAME}.htm"), (mht(HTML), f"{NAME}.mht"), (mht(HTML), "r.mht")]
)
def test_nodes_networks_and_tests(content: str, name: str):
    reading = read(content, name)
    assert to_builtins(cluster_of(reading)) == {
        "nodes": [
            {"name": "KAI01", "version": "2022", "build": "10.0.20348.2340"},
            {"name": "KAI02", "version": "2022", "build": "10.0.20348.1129"},
        ],
        "networks": [{"name": "Cluster Network 1", "role": "cluster_and_client", "metric": 70384, "subnet": "192.168.10.0/24"}],
        "validated": "2025-03-14T09:26:53Z",
    }
    told = "\n".join(reading.warnings)
    assert "Network: Validate IP Configuration: failed" in told
    assert "Network: Validate Network Communication: warning" in told
    assert "Network: Validate Windows Firewall Configuration: not run" in told
    assert "List Operating System Information" not in told


def test_what_a_failed_test_says():
    (first, *_) = read(XML, f"{NAME}.xml").warnings  # failures come first
    assert first == f"{NAME}.xml: validation test Network: Validate IP Configuration: failed (Duplicate address 192.168.10.7.)"


def test_a_report_that_does_not_say_when_it_was_written():
    reading = read(XML, "report.xml")
    assert cluster_of(reading).validated is None
    assert "when it was written is not known" in reading.warnings[0]


@pytest.mark.parametrize("word", ["Fehlgeschlagen", "Échec", "失敗", "失败"])
def test_outcomes_in_other_languages(word: str):
    title = "Failover Cluster Validation Report"
    reading = read(f"<html><title>{title}</title><table>{row('IP-Konfiguration', '1', word)}</table></html>", "r.htm")
    assert any("IP-Konfiguration: failed" in warning for warning in reading.warnings)


def test_tables_whose_heads_are_properties():
    table = "<tr><th>Name</th><th>ProcessorCount</th><th>State</th></tr><tr><td>Prahm</td><td>4</td><td>Off</td></tr>"
    (vm,) = (
        read(
            f"<!DOCTYPE html PUBLIC 'x'><html><body><table><colgroup><col/></colgroup>{table}</table></body></html>", "vms.html"
        ).inventory.vms
        or []
    )
    assert (vm.name, vm.processors, vm.state) == ("Prahm", 4, "Off")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<Report><Channel/></Report>", "no test of a cluster validation report"),
        ("<html><title>Failover Cluster Validation Report</title></html>", "no test of a cluster validation report"),
        ("<html><body><p>Hello</p></body></html>", "HTML, but none of its objects"),
        ("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--", "MHT without a page"),
    ],
)
def test_other_pages_are_left_out(content: str, says: str):
    (out,) = read_uploads([Upload("page", content.encode())]).left_out
    assert says in str(out)
    assert out.remedy


@given(st.sampled_from([XML, HTML, mht(HTML)]), st.data())
def test_damaged_reports_are_read_or_left_out(seed: str, draw: st.DataObject):
    damaged = bytearray(seed.encode())
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 200))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
