"""The reference of the HTTP API, from its own description (OpenAPI)."""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["description", "page"]

HEAD = """\
# HTTP API

Made from the server's own description ([openapi.json](../schema/openapi.json), OpenAPI 3.1), which
a server gives at `/api/v1/openapi.json`. How to use it: [Let a program read and
write](../how-to/use-the-api.md).

Every operation answers an error as problem details (`application/problem+json`): 401 without a
token or a sitting, 403 where token or role do not allow it, 404 for what is not there or not yours
to see, 409 where it cannot be done now, 413 above 2.5 MB, 422 where a value cannot be.
"""
SOURCE = Path(__file__).parents[2] / "src"
CODE = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
os.environ["MYOTRIAL_STUDY"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "myotrial.capture.settings"
from myotrial.capture.places import Places
Places(Path(sys.argv[1])).make()
import django
django.setup()
from myotrial.capture.api.service import description
print(json.dumps(description()))
"""


@cache
def description() -> dict[str, Any]:
    """The API as OpenAPI; asked of another process, since Django is set up for one study."""
    with tempfile.TemporaryDirectory(prefix="myotrial-api-") as folder:
        told = subprocess.run(  # noqa: S603
            [sys.executable, "-c", CODE, folder, str(SOURCE)],
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(told.stdout)


def page() -> str:
    """The page."""
    said = description()
    parts = [HEAD]
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            parts.append(_operation(path, method, operation))
    parts.append("## What is sent and told\n")
    for name, schema in sorted(said["components"]["schemas"].items()):
        if "properties" in schema:
            parts.append(_schema(name, schema))
    return "\n".join(parts).rstrip() + "\n"


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    lines = [f"## {operation['summary']}\n", f"`{method.upper()} {path}`\n"]
    lines.append(f"{operation['description']}\n")
    asked = [item for item in operation.get("parameters", []) if item["in"] != "path"]
    if asked:
        lines += ["| parameter | in | type |", "| --- | --- | --- |"]
        lines += [f"| `{p['name']}` | {p['in']} | {_type(p['schema'])} |" for p in asked] + [""]
    body = operation.get("requestBody")
    if body:
        lines.append(f"Takes {_type(body['content']['application/json']['schema'])}.\n")
    done = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][done].get("content", {})
    if "application/json" in content:
        lines.append(f"Answers {done} with {_type(content['application/json']['schema'])}.\n")
    elif content:
        lines.append(f"Answers {done} with a file ({', '.join(content)}).\n")
    else:
        lines.append(f"Answers {done}.\n")
    return "\n".join(lines)


def _schema(name: str, schema: dict[str, Any]) -> str:
    needed = schema.get("required", [])
    lines = [f"### {name}\n"]
    if schema.get("description"):
        lines.append(f"{schema['description']}\n")
    lines += ["| field | type | needed |", "| --- | --- | --- |"]
    for field, said in schema["properties"].items():
        lines.append(f"| `{field}` | {_type(said)} | {'yes' if field in needed else ''} |")
    return "\n".join(lines) + "\n"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(item) for item in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{item}`" for item in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    more = schema.get("additionalProperties")
    if schema.get("type") == "object" and isinstance(more, dict):
        return f"object of {_type(more)}"
    return str(schema.get("type", "anything"))
