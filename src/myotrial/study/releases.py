"""A changed study.yaml: what it changes, and its release to the sites."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import SHOWN

if TYPE_CHECKING:
    from myotrial.capture.keeping.amendments import Touched
    from myotrial.capture.keeping.releasing import Amendment

__all__ = ["release"]


@dataclass(frozen=True)
class Released:
    """What an amendment changes, and where it is in force."""

    found: "Amendment"
    code = 0

    def __str__(self) -> str:
        found = self.found
        lines = [f"Forms {found.before or '(none)'} are released; study.yaml has {found.after}."]
        lines += [_line(item) for item in found.touched] or ["No form changes."]
        if found.number:
            where = ", ".join(found.sites) or "all sites"
            lines.append(f"Release {found.number} is in force at {where}.")
        else:
            lines.append("Nothing was changed. To release it, give --approval, --by and --site.")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        found = self.found
        return {
            "before": found.before,
            "after": found.after,
            "number": found.number,
            "sites": list(found.sites),
            "differences": [
                {**vars(item.difference), "values": item.values, "patients": list(item.patients)}
                for item in found.touched
            ],
        }


def _line(item: "Touched") -> str:
    if not item.values:
        return f"  {item.difference}"
    shown = ", ".join(item.patients[:SHOWN])
    more = f" and {len(item.patients) - SHOWN} more" if len(item.patients) > SHOWN else ""
    return f"  {item.difference}; {item.values} stored values no longer fit: {shown}{more}"


def release(
    folder: Path, approval: str = "", *, sites: tuple[str, ...] = (), reason: str = "", by: str = ""
) -> Released:
    """Report what study.yaml changes; with an approval, release it."""
    from myotrial.capture.keeping import releasing

    return Released(releasing.amend(folder, approval, sites=sites, reason=reason, by=by))
