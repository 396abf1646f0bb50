"""Every address, opened by everybody: each role at its own site and at another, and nobody at all.

The cells are made from the table of routes, so that a route that is added is tested from then on.
What is expected follows from the gate, and for `<str:chain>` from the site: a role the gate does not
name gets 403, a visitor is sent to sign in, and a patient of another site is answered for as one who
does not exist: 404.
"""

import pytest

from myotrial.capture.record.people import ROLES

FINE = {200, 204, 302, 400, 405, 409, 415, 422}  # the view itself answered
UNKNOWN = {404, 400, 415, 422}  # a request that says nothing may be refused before it is looked up


@pytest.fixture
def routes(server):
    from myotrial.capture.web.urls import ROUTES

    return [route for route in ROUTES if route.name != "sign-out"]


def addresses(routes, chain):
    from django.urls import reverse

    for route in routes:
        parts = dict(route.sample)
        if "<str:chain>" in route.path:
            parts["chain"] = chain
        yield route, reverse(route.name, kwargs=parts)


def opened(client, route, address):
    """Status by method."""
    return {method: client.generic(method, address).status_code for method in route.methods}


def expected(route, role, method, here):
    """The statuses that a role may get."""
    gate = route.gate
    if not (gate.public or gate.signed_in or role in gate.roles):
        return {403}
    if here:  # behind the gate, a decision may still refuse an act, or miss what it is about
        return (
            FINE
            | ({401, 403, 404} if gate.public else set())
            | ({403, 404} if method != "GET" else set())
        )
    if gate.public:
        return UNKNOWN | {401, 403}
    return {404} if method == "GET" else UNKNOWN


@pytest.mark.parametrize("role", ROLES)
def test_walk__lets_each_role_through_its_gates_and_to_its_own_site_alone(server, routes, role):
    own = server.patient("A-001", site="A")
    other = server.patient("B-001", site="B")
    everywhere = server.person(role, "A").sites is None
    client, wrong, answers = server.client(role, raise_request_exception=False), [], {}
    for chain, here in ((own, True), (other, everywhere), ("f" * 32, False)):
        for route, address in addresses(routes, chain):
            if chain != own and "<str:chain>" not in route.path:
                continue
            for method, status in opened(client, route, address).items():
                answers[chain, method, route.name] = status
                if status not in expected(route, role, method, here):
                    wrong.append((method, route.path, "own" if here else "other", status))
    for (chain, *cell), status in answers.items():
        if chain == other and not everywhere and status != answers["f" * 32, *cell]:
            wrong.append((*cell, "another site's patient is told from none", status))
    assert wrong == []


def test_walk__shows_a_visitor_the_public_pages_alone(server, routes, protocol):
    chain = server.patient("A-001", site="A")
    client, wrong = server.client(raise_request_exception=False), []
    for route, address in addresses(routes, chain):
        answer = client.get(address) if "GET" in route.methods else client.post(address)
        told = answer.content.decode(errors="replace")
        if route.gate.public:
            fine = answer.status_code < 500 and protocol.study.title not in told
        else:
            fine = answer.status_code == 401 or "/sign-in/" in answer.headers.get("Location", "")
        if not fine or "A-001" in told:
            wrong.append((route.path, answer.status_code))
    assert wrong == []


def test_walk__shows_nothing_before_a_role_is_taken_up(server, routes):
    from django.contrib.sessions.backends.db import SessionStore

    chain = server.patient("A-001", site="A")
    client = server.client("nurse", raise_request_exception=False)
    session = SessionStore(client.cookies["session"].value)
    del session["role"], session["second"]
    session.save()
    for route, address in addresses(routes, chain):
        if route.gate.public or route.gate.signed_in:
            continue
        answer = client.get(address) if "GET" in route.methods else client.post(address)
        assert answer.status_code in (302, 401), route.path


def test_walk__covers_every_address_that_django_knows(server):
    from django.urls import get_resolver

    from myotrial.capture.web.urls import ROUTES

    assert [item.name for item in get_resolver().url_patterns] == [route.name for route in ROUTES]
    assert len({route.name for route in ROUTES}) == len(ROUTES)
