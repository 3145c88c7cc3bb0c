"""What a PDF tells of itself in XMP: PDF/A, PDF/UA and, for an e-invoice, Factur-X, in one RDF block.

WeasyPrint would write a second block for what is added to its own, and strict readers ignore that one.
"""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"
FACTURX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
NAMES = {"fx": FACTURX, "pdfaExtension": EXTENSION, "pdfaSchema": SCHEMA, "pdfaProperty": PROPERTY}

# Each schema that PDF/A doesn't know has to be described: its properties by name, type, category, meaning.
UA_PROPERTIES = [("part", "Integer", "internal", "The part of ISO 14289 that the document conforms to")]
FACTURX_PROPERTIES = [
    ("DocumentFileName", "Text", "external", "The name of the embedded XML document"),
    ("DocumentType", "Text", "external", "The type of the hybrid document"),
    ("Version", "Text", "external", "The version of the standard of the XML"),
    ("ConformanceLevel", "Text", "external", "The profile of the XML"),
]


def tell_all_at_once(metadata: Any, e_invoice: str) -> None:
    """Have a document's metadata tell all of it in one RDF block. e_invoice: the name of its XML, if it has one."""
    written: Callable[..., bytes] = metadata.generate_rdf_metadata

    def generate(*given: Any) -> bytes:
        rdf = fromstring(written(*given))  # noqa: S314  # written just now
        _description(rdf).set(f"{{{PDFUA}}}part", "1")
        schemas = [("PDF/UA identification schema", PDFUA, "pdfuaid", UA_PROPERTIES)]
        if e_invoice:
            told = (e_invoice, "INVOICE", "1.0", "EN 16931")
            description = _description(rdf)
            for (name, *_), value in zip(FACTURX_PROPERTIES, told, strict=True):
                SubElement(description, f"{{{FACTURX}}}{name}").text = value
            schemas.append(("Factur-X PDFA Extension Schema", FACTURX, "fx", FACTURX_PROPERTIES))
        bag = SubElement(SubElement(_description(rdf), f"{{{EXTENSION}}}schemas"), f"{{{RDF}}}Bag")
        for schema in schemas:
            _schema(bag, *schema)
        block: bytes = tostring(rdf, encoding="utf-8")
        return block

    metadata.generate_rdf_metadata = generate


def _description(rdf: Element) -> Element:
    return SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})


def _schema(bag: Element, title: str, uri: str, prefix: str, properties: list[tuple[str, str, str, str]]) -> None:
    item = _resource(bag)
    SubElement(item, f"{{{SCHEMA}}}schema").text = title
    SubElement(item, f"{{{SCHEMA}}}namespaceURI").text = uri
    SubElement(item, f"{{{SCHEMA}}}prefix").text = prefix
    sequence = SubElement(SubElement(item, f"{{{SCHEMA}}}property"), f"{{{RDF}}}Seq")
    for name, kind, category, meaning in properties:
        one = _resource(sequence)
        SubElement(one, f"{{{PROPERTY}}}name").text = name
        SubElement(one, f"{{{PROPERTY}}}valueType").text = kind
        SubElement(one, f"{{{PROPERTY}}}category").text = category
        SubElement(one, f"{{{PROPERTY}}}description").text = meaning


def _resource(parent: Element) -> Element:
    return SubElement(parent, f"{{{RDF}}}li", {f"{{{RDF}}}parseType": "Resource"})


for prefix, namespace in NAMES.items():
    register_namespace(prefix, namespace)
