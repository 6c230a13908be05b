#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets the test program write sample logs and checks every record of them against the schema of their version.

usage: validate.py 0_3|draft TEST_PROGRAM
Exit code 4 means that the check was skipped.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(4)


def schema_of(version):
    return json.loads(pathlib.Path(__file__).with_name(f"schema_{version}.json").read_text())


def records_of(file):
    data = file.read_bytes()
    if not data.startswith(b"\x1e") or not data.endswith(b"\n"):
        sys.exit(f"{file.name}: not a JSON text sequence")
    return [json.loads(record.decode("utf-8")) for record in data[1:].split(b"\x1e")]


def problems_of(records, schema):
    for number, record in enumerate(records):
        root = "header" if number == 0 else "event"
        validator = jsonschema.Draft7Validator({**schema, "$ref": f"#/definitions/{root}"})
        for error in validator.iter_errors(record):
            yield f"record {number}: {error.message} at {list(error.absolute_path)}: {json.dumps(record)[:300]}"


def main():
    version = sys.argv[1]
    schema = schema_of(version)
    jsonschema.Draft7Validator.check_schema(schema)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[2], "[sample]"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "QUOIN_QLOG_SAMPLES": folder, "QUOIN_QLOG_VERSION": version})
        files = sorted(pathlib.Path(folder).glob("*.sqlog"))
        if len(files) < 3:
            sys.exit(f"only {len(files)} sample logs were written")
        problems = []
        names = set()
        for file in files:
            records = records_of(file)
            names |= {record["name"] for record in records[1:]}
            problems += [f"{file.name}: {problem}" for problem in problems_of(records, schema)]
            times = [record["time"] for record in records[1:]]
            if "extremes" not in file.name and times != sorted(times):
                problems.append(f"{file.name}: time goes backwards")
    never = set(schema["definitions"]["event"]["properties"]["name"]["enum"]) - names
    problems += [f"no sample has an event {name}" for name in sorted(never)]
    for problem in problems[:20]:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
