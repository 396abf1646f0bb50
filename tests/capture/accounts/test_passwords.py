"""What makes a password good."""

import hashlib

import pytest


@pytest.fixture
def account(server):
    from myotrial.capture.store.models import Account

    return Account.objects.get(username="nurse-a")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("elevenchars", "12 characters", id="11 characters"),
        pytest.param("twelve chars", "", id="12 characters"),
        pytest.param("x" * 257, "more than", id="too long"),
        pytest.param("Nurse-A is my name", "guess", id="own name"),
        pytest.param("my hospital is fine", "guess", id="organisation"),
        pytest.param("abababababababab", "repeats", id="few signs"),
        pytest.param("1q2w3e4r5t6y", "known passwords", id="common"),
        pytest.param("ålen sjöng i natt", "", id="letters of any language"),
    ],
)
def test_problem__says_what_is_wrong(account, password, said):
    from myotrial.capture.accounts.passwords import problem

    found = problem(password, account)
    assert (said in found) if said else found == ""


def test_breached__finds_every_digest_of_the_file_and_no_other(account, tmp_path, monkeypatch):
    from myotrial.capture.accounts.passwords import breached, problem

    words = [f"long enough word {number}" for number in range(300)]
    known = words[::2] + words[1:40:4]
    digests = sorted(
        hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in known
    )
    file = tmp_path / "breached.txt"
    lines = (f"{digest}:{'9' * (number % 7)}\n" for number, digest in enumerate(digests))
    file.write_text("".join(lines))
    monkeypatch.setenv("MYOTRIAL_BREACHED", str(file))
    assert [word for word in words if breached(word)] == [word for word in words if word in known]
    assert "known passwords" in problem(known[0], account)


def test_store__hashes_with_argon2id(account, monkeypatch):
    monkeypatch.undo()  # as the server hashes
    from myotrial.capture.accounts.passwords import store

    store("nurse-a", "four calm horses ate", temporary=False)
    account.refresh_from_db()
    assert account.password.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
