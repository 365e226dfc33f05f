#!/usr/bin/python3
"""Judge what iacscan wrote of one scan in every format that has a schema or a reader.

usage: formats.py DIRECTORY

The directory holds report.json, report.junit, report.gitlab-sast, report.gitlab-codequality, report.csv, report.github and report.markdown.
Each is validated against its schema (schemas/), read by a parser that is not ours, and compared with report.json.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

import jsonschema
import junitparser

HERE = pathlib.Path(__file__).parent
COMMENT = 65_536  # characters that GitHub takes in a comment


def check(truth, *what):
    if not truth:
        sys.exit("e2e/formats.py: " + " ".join(map(str, what)))


def validated(path, schema):
    """The JSON of a file, which a schema allows."""
    document = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((HERE / "schemas" / schema).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    for error in jsonschema.Draft7Validator(schema).iter_errors(document):
        sys.exit(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
    return document


def unique(values):
    return len(values) == len(set(values))


def main(directory):
    directory = pathlib.Path(directory)
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    findings = report["findings"]
    places = [(f["location"]["path"], f["location"]["start_line"]) for f in findings]
    check(unique([f["fingerprint"] for f in findings]), "fingerprints repeat")

    sast = validated(directory / "report.gitlab-sast", "gitlab-sast.schema.json")["vulnerabilities"]
    check([(v["location"]["file"], v["location"]["start_line"]) for v in sast] == places, "gitlab-sast: other places")
    check(unique([v["id"] for v in sast]), "gitlab-sast: ids repeat")

    quality = validated(directory / "report.gitlab-codequality", "gitlab-codequality.schema.json")
    check([(i["location"]["path"], i["location"]["lines"]["begin"]) for i in quality] == places, "gitlab-codequality: other places")
    check(unique([i["fingerprint"] for i in quality]), "gitlab-codequality: fingerprints repeat")

    junit = directory / "report.junit"
    subprocess.run(["xmllint", "--noout", "--schema", HERE / "schemas" / "junit.xsd", junit], check=True, stderr=subprocess.DEVNULL)
    cases = [case for suite in junitparser.JUnitXml.fromfile(str(junit)) for case in suite]
    errors = [d for d in report["diagnostics"] if d["level"] == "error"]
    check(len(cases) == len(findings) + len(errors), "junit:", len(cases), "cases")
    failed = sum(any(isinstance(r, junitparser.Failure) for r in case.result) for case in cases)
    check(failed == report["summary"]["fail"], "junit:", failed, "failed cases")

    with open(directory / "report.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    check([(r["path"].removeprefix("'"), int(r["line"])) for r in rows] == places, "csv: other places")

    # A runner reads line by line: each is a command but for the last, which is the summary.
    lines = (directory / "report.github").read_bytes().decode().rstrip("\n").split("\n")
    commands = [re.fullmatch(r"::(?:error|warning|notice) (?:file=([^:,\r]*),line=(\d+),)?[^:\r]*::[^\r]*", line) for line in lines[:-1]]
    check(all(commands), "github: a line that is no command")
    check(len(commands) == len(findings) + len(report["diagnostics"]), "github:", len(commands), "commands")
    annotated = [(urllib.parse.unquote(c[1]), int(c[2])) for c in commands[:len(findings)]]
    check(sorted(annotated) == sorted(places), "github: other places")

    comment = (directory / "report.markdown").read_text(encoding="utf-8")
    check(len(comment) <= COMMENT, "markdown:", len(comment), "characters")
    check(comment.count("<details") == comment.count("</details>"), "markdown: a section does not end")


main(*sys.argv[1:])
