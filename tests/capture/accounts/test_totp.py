"""Codes against the published examples of RFC 6238, appendix B (SHA-1)."""

import pytest

from myotrial.capture.accounts import totp

SEED = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_code__is_as_published(seconds, expected):
    assert totp.code(SEED, seconds // 30, 8) == expected


@pytest.mark.parametrize(
    ("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_match__allows_one_step_either_way(late, taken):
    now = 1_790_000_010.0
    typed = totp.code(SEED, int(now - late) // 30)
    assert (totp.match(SEED, typed, now, 0) is not None) is taken


def test_match__takes_each_code_once():
    now = 1_790_000_010.0
    typed = totp.code(SEED, int(now) // 30)
    step = totp.match(SEED, f"{typed[:3]} {typed[3:]}", now, 0)
    assert step == int(now) // 30
    assert totp.match(SEED, typed, now, step) is None


def test_address__holds_what_an_app_needs():
    told = totp.address(b"0123456789", "anna", "myotrial A-1")
    assert told == (
        "otpauth://totp/myotrial%20A-1:anna?secret=GAYTEMZUGU3DOOBZ&issuer=myotrial%20A-1"
    )
