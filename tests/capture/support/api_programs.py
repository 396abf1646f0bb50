"""Programs that ask the API: with a token, or within a sitting; on either engine."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from capture_people import ELIGIBLE

ROOT = "/api/v1"


@dataclass
class Program:
    """Asks the API."""

    server: Any
    client: Any
    headers: dict[str, str]

    def get(self, path: str, **parts: Any) -> Any:
        return self.client.get(f"{ROOT}{path}", parts, headers=self.headers)

    def post(self, path: str, body: Any = None, key: str = "", **more: Any) -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        content = (
            body if isinstance(body, bytes | str) else json.dumps({} if body is None else body)
        )
        return self.client.post(
            f"{ROOT}{path}", content, content_type="application/json", headers=headers, **more
        )

    def save(self, subject: str, form: str, event: str, number: int = 1, **more: Any) -> Any:
        values = more.pop("values")
        body = {"values": values, "seen": 10**6, **more}
        return self.post(f"/subjects/{subject}/forms/{form}/{event}/{number}", body)

    def enrolled(self, number: str = "A-001", site: str = "A") -> str:
        """A patient who was screened and enrolled through the API."""
        made = self.post("/subjects", {"site": site, "number": number})
        assert made.status_code == 201, made.content
        subject = made.json()["subject"]
        for answer in (
            self.save(subject, "SUBJECT", "SCREENING", values=ELIGIBLE),
            self.post(
                f"/subjects/{subject}/enrolment", {"arm": "ANAKINRA", "day_one": "2026-01-10"}
            ),
        ):
            assert answer.status_code == 200, answer.content
        return subject


def token(server: Any, role: str, site: str = "A", scopes: str = "read write review export") -> Any:
    from myotrial.capture.api.tokens import issue

    expires = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return issue(server.person(role, site), f"{role} program", scopes, expires)


def program(
    server: Any, role: str, site: str = "A", scopes: str = "read write review export"
) -> Any:
    made = token(server, role, site, scopes)
    return Program(server, server.client(), {"Authorization": f"Bearer {made.token}"})
