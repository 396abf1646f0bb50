"""Swedish of the shell and of accounts: every sentence, compiled from what can be read."""

import gettext
import re
from pathlib import Path

import myotrial

CAPTURE = Path(myotrial.__file__).parent / "capture"
FOLDER = CAPTURE / "web" / "locale" / "sv" / "LC_MESSAGES"
SAID = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
ALIKE = {"Organisation", "Total improvement score"}


def known():
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_swedish__knows_every_sentence_of_the_templates():
    pages = [page for room in ("web", "accounts") for page in (CAPTURE / room).rglob("*.html")]
    texts = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    sentences = {one or other for one, other in SAID.findall(texts)}
    assert len(sentences) > 100
    assert {text for text in sentences if known().gettext(text) == text} <= ALIKE


def test_swedish__is_compiled_from_what_can_be_read():
    from babel.messages import pofile

    with (FOLDER / "django.po").open("rb") as file:
        catalog = pofile.read_po(file, locale="sv")
    for message in catalog:
        if message.id and isinstance(message.id, str):
            assert known().gettext(message.id) == message.string


def test_swedish__reaches_the_page(server):
    said = server.client(headers={"accept-language": "sv"}).get("/sign-in/").content.decode()
    assert "Lösenord" in said
