"""Holds requests against the models of AWS' services (botocore) and IAM documents against parliament.

Reads one JSON object from standard input: {"requests": [{id, service, operation, params}], "documents": [{id, kind,
text}]}, where kind is "trust" for the document that says who may take a role, and "policy" for all others.
Writes one: {"problems": [{id, path, problem}]}. A pattern holds for the whole of a text, as AWS' services take it.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import botocore.session  # noqa: E402
import parliament  # noqa: E402
import regex  # noqa: E402
from botocore.validate import ParamValidator  # noqa: E402

session = botocore.session.get_session()
services = {}


# The models write what lies beyond the first plane in UTF-16, of which no other language's expressions know.
UTF16 = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


def operation(service, name):
    if service not in services:
        services[service] = session.get_service_model(service)
    return services[service].operation_model(name)


def bounds(shape, value, size, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield path, f"{value!r} is below the least of {low}"
    if high is not None and size > high:
        yield path, f"{value!r} is above the most of {high}"


def walk(shape, value, path):
    """Enumerations, patterns and bounds; types, required and unknown members are botocore's own part."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                yield from walk(member, value[name], f"{path}.{name}" if path else name)
    elif kind == "list" and isinstance(value, list):
        yield from bounds(shape, value, len(value), path)
        for index, item in enumerate(value):
            yield from walk(shape.member, item, f"{path}[{index}]")
    elif kind == "map" and isinstance(value, dict):
        yield from bounds(shape, value, len(value), path)
        for key, item in value.items():
            yield from walk(shape.key, key, f"{path}.{key} (key)")
            yield from walk(shape.value, item, f"{path}.{key}")
    elif kind == "string" and isinstance(value, str):
        yield from bounds(shape, value, len(value), path)
        if shape.enum and value not in shape.enum:
            yield path, f"{value!r} is none of {', '.join(shape.enum)}"
        pattern = shape.metadata.get("pattern")
        if pattern and not regex.fullmatch(pattern.replace(*UTF16), value):
            yield path, f"{value!r} is not of the pattern {pattern}"
    elif kind in ("integer", "long", "double", "float") and isinstance(value, (int, float)):
        yield from bounds(shape, value, value, path)


def check_request(request):
    try:
        shape = operation(request["service"], request["operation"]).input_shape
    except Exception as error:  # An operation that botocore does not know; its message says which.
        yield "", f"{request['service']} {request['operation']}: {error}"
        return
    report = ParamValidator().validate(request["params"], shape)
    if report.has_errors():
        for line in report.generate_report().split("\n"):
            yield "", line
    yield from walk(shape, request["params"], "")


def check_document(document):
    text = document["text"]
    trust = document["kind"] == "trust"
    if trust:
        # A trust policy names no resource, since it stands at the role that it is about; parliament asks for one.
        content = json.loads(text)
        for statement in content["Statement"]:
            if "Resource" in statement or "NotResource" in statement:
                yield "MALFORMED", "A trust policy names a resource, which IAM refuses"
            statement["Resource"] = "*"
        text = json.dumps(content)
    policy = parliament.analyze_policy_string(text)
    for finding in policy.findings:
        if trust and finding.issue == "RESOURCE_STAR":
            continue
        parliament.enhance_finding(finding)
        detail = finding.detail if isinstance(finding.detail, str) else json.dumps(finding.detail, default=str)
        yield finding.issue, f"{finding.title}: {detail}"


given = json.load(sys.stdin)
problems = []
for check, entries in ((check_request, given["requests"]), (check_document, given["documents"])):
    for entry in entries:
        problems.extend({"id": entry["id"], "path": path, "problem": problem} for path, problem in check(entry))
json.dump({"problems": problems}, sys.stdout)
