"""XML of all kinds: parsed safely, and handed to the reader of its notation by what the root element says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.parts import BadFile, Part
from ingest.configurations.text import MAX_DEPTH

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_TAGS = 2_000_000
_AGAIN = "export again, for example with `Get-VM | Export-Clixml vms.xml -Depth 4`, and do not copy it out of a browser"
_KNOWN = (
    "pass `Virtual Machines\\<id>.xml`, Export-Clixml, CIM-XML, a cluster validation report, a VMM template or a LabBuilder file, "
    "or export with `Get-VM | ConvertTo-Json -Depth 4`"
)


class NotWellFormed(BadFile):
    """XML that no parser takes."""


def read(content: str, file: str) -> Part:
    """The inventory's share of an XML or HTML file; raises BadFile."""
    from ingest.configurations import clixml, html

    if html.recognises(content):
        return html.read(content, file)
    try:
        root = parse(content, file)
    except NotWellFormed:
        if clixml.recognises(content):
            return clixml.salvage(content, file)
        raise
    match local(root.tag):
        case "configuration":
            from ingest.configurations import vm_xml

            return vm_xml.read(root, file)
        case "Objs" | "Objects":
            return clixml.read(root, file)
        case "Report":
            from ingest.configurations import validation

            return validation.read_xml(root, file)
        case "labbuilderconfig":
            from ingest.configurations import labbuilder

            return labbuilder.read(root, file)
        case "Envelope" if "ovf" in namespace(root.tag):
            from ingest.configurations import ovf

            return ovf.read(root, file)
        case _:
            from ingest.configurations import cim_xml

            if cim_xml.recognises(root):
                return cim_xml.read(root, file)
    raise BadFile(file, f"/{local(root.tag)}", "XML, but not a Hyper-V VM configuration and none of the exports Lotse knows", _KNOWN)


def parse(content: str, file: str, remedy: str = _AGAIN) -> Element:
    """The root element; raises BadFile for XML with a document type or entities, too large or too deep, and NotWellFormed."""
    from xml.etree.ElementTree import ParseError

    import defusedxml
    from defusedxml.ElementTree import fromstring

    if content.count("<") > _MOST_TAGS:
        raise BadFile(file, "", f"XML with more than {_MOST_TAGS} tags", "split the export, for example one file per host")
    try:
        root = fromstring(content, forbid_dtd=True)
    except defusedxml.DefusedXmlException:
        raise BadFile(
            file, "", "XML with a document type or entities, which no export has", "remove the DOCTYPE, or export again"
        ) from None
    except ParseError as error:
        line, column = error.position
        problem = str(error).partition(":")[0]
        raise NotWellFormed(file, f"line {line} column {column + 1}", f"not valid XML ({problem})", remedy) from None
    except ValueError as error:  # characters no XML may hold
        raise NotWellFormed(file, "", f"not valid XML ({error})", remedy) from None
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return root
    raise BadFile(file, "", f"nested more than {MAX_DEPTH} levels deep", remedy)


def local(tag: Any) -> str:
    """The name of a tag without its namespace; "" for comments and instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(tag: Any) -> str:
    """The namespace of a tag, "" when it has none."""
    return tag.rpartition("}")[0].lstrip("{") if isinstance(tag, str) else ""
