"""A server filled to look around: once, with an account that has to choose its own password."""

import json
import subprocess
import sys

CODE = """
import json, sys
from pathlib import Path
from myotrial.capture.web.starting import prepare
from myotrial.study.filling import show_around
from myotrial.study.start import demo
folder = Path(sys.argv[1])
demo(folder)
prepare(folder)
first, again = show_around(folder), show_around(folder)
from myotrial.capture.accounts.passwords import temporary
from myotrial.capture.store.models import Account, Chain, Entry
account = Account.objects.get(username="demo")
print(json.dumps({
    "first": first, "again": again, "temporary": bool(temporary(account)),
    "trained": account.trained is not None,
    "patients": Chain.objects.exclude(site=None).count(),
    "roles": sorted(grant.role for grant in account.grants.all()),
    "said": sorted(set(Entry.objects.exclude(chain__site=None).values_list("name", flat=True))),
}))
"""


def test_show_around__fills_an_empty_server_once(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path / "look")],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["first"][:2] == [15, "demo"]
    assert len(told["first"][2]) >= 12
    assert told["again"] == [0, "", ""]
    assert told["temporary"]
    assert told["trained"]
    assert told["patients"] == 15
    assert told["roles"] == ["data_manager", "investigator", "monitor"]
    assert told["said"] == ["Demonstration (reconstructed patients)"]
