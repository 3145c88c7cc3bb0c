"""Runs Schematron rules over XML files: `python -m invoicing.facturx.schematron RULES.xslt… -- FILE…`.

A process of its own, without Django: the library that runs the rules is heavy, and isn't made for web workers. Prints
JSON: for each file its broken rules, each as [flag, id, sentence], in the order of the rules.
"""

import json
import sys
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
TEXT = "{http://purl.oclc.org/dsdl/svrl}text"


def broken_rules(report: str) -> list[tuple[str, str, str]]:
    """The rules that a report of a validation says are broken."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    found = []
    for failed in etree.fromstring(report.encode(), parser).iter(FAILED):
        sentence = " ".join("".join(failed.find(TEXT).itertext()).split())
        flag = failed.get("flag") or failed.get("role") or "error"
        found.append((flag, failed.get("id") or "", sentence))
    return found


def check(rules: list[str], files: list[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Check files by rules; each rule set is compiled once."""
    found: dict[str, list[tuple[str, str, str]]] = {file: [] for file in files}
    with PySaxonProcessor(license=False) as processor:
        for rule in rules:
            compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=rule)
            for file in files:
                found[file] += broken_rules(compiled.transform_to_string(source_file=file))
    return found


def main(arguments: list[str]) -> None:
    """Read rules and files from the command line, and print what is broken."""
    at = arguments.index("--")
    files = [str(Path(file).resolve()) for file in arguments[at + 1 :]]
    json.dump(check(arguments[:at], files), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
