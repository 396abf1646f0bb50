import re
from html import unescape
from html.parser import HTMLParser

import pytest

from myotrial.report.source import result_anchor, row_anchor

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}
LABEL = "Reconstructed from published counts; describes no real patient."


class Page(HTMLParser):
    """Checks that every element is closed in order; collects ids, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.words: dict[str, list[str]] = {"caption": [], "figcaption": []}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        if "href" in given:
            self.links.append((given.get("class") or "", given["href"]))
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.words:
            self.words[tag].append("")

    def handle_startendtag(self, _, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        for tag, texts in self.words.items():
            if tag in self.open:
                texts[-1] += data


def test_assessments__name_each_enzyme_of_several(told, example):
    core = {"strength": "MMT8", "enzyme": ["CK", "FI"]}
    page = told(study={**example["study"], "core_set": core})
    assert page.count(">enzyme</td>") == 2
    assert page.count(">strength</td>") == 1


def test_html__is_well_formed_with_unique_ids(page):
    parsed = Page(page)
    assert len(parsed.ids) == len(set(parsed.ids))


def test_html__links_only_inside_itself_and_every_link_arrives(page):
    parsed = Page(page)
    assert {href for _, href in parsed.links if not href.startswith(("#", "data:,"))} == set()
    targets = {href[1:] for _, href in parsed.links if href.startswith("#")}
    assert targets <= set(parsed.ids)


def test_html__fetches_nothing(page):
    assert not re.findall(r'(?:src|srcset|poster|action)="', page)
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)


def test_html__leads_from_every_number_to_its_card_and_its_rows(page, example):
    parsed = Page(page)
    numbers = {href[1:] for kind, href in parsed.links if kind == "n"}
    shown = {result_anchor(record["id"]): record for record in example["results"]}
    assert numbers
    assert numbers <= set(shown)
    for anchor in numbers & set(shown):
        card = page.split(f'id="{anchor}"')[1].split("</article>")[0]
        for key in shown[anchor]["rows"].get("keys", []):
            assert f'href="#{row_anchor(key)}"' in card
        assert shown[anchor]["rule"] in card


def test_html__shows_every_result(page, example):
    ids = set(Page(page).ids)
    assert {result_anchor(record["id"]) for record in example["results"]} <= ids


@pytest.mark.parametrize("kind", ["figcaption"])
def test_html__says_reconstructed_in_every_figure_caption(page, kind):
    captions = Page(page).words[kind]
    assert len(captions) == 7
    assert all(LABEL in caption for caption in captions)


def test_html__says_reconstructed_in_the_banner_in_tables_of_data_and_over_each_listing(
    page, example
):
    protocol = {"Arms and treatment", "Visits with their windows", "Who could take part",
                "Endpoints and estimands", "Assessments",
                "Markers read from biopsies, due at Month 0, Month 6",
                "Sources of the protocol's facts",
                "References of methods; the exact method stands on each result card",
                "Published statements in the form that was checked",
                "IL-1Ra by response", "Counts that the publication leaves open",
                "How many patients have each value, by the published statements alone"}  # fmt: skip
    captions = Page(page).words["caption"]
    unlabelled = {caption.strip().rstrip(".") for caption in captions if LABEL not in caption}
    assert unlabelled == protocol
    assert LABEL in page.split("<header")[0]
    listings = page.split('<div class="of-listing"')[1:]
    assert len(listings) == len(example["listings"])
    assert all(LABEL in listing for listing in listings)


def test_html__of_captured_data_says_nothing_of_reconstruction(told):
    assert "econstructed" not in re.sub(
        r"<td>.*?</td>", "", told(origin="captured", origin_note="")
    )


def test_html__escapes_what_people_wrote(told, example):
    evil = "<script>alert(1)</script>"
    study = {**example["study"], "study": {**example["study"]["study"], "title": evil}}
    listings = {**example["listings"]}
    listings["ADSL"] = {
        "label": evil, "columns": [{"name": "USUBJID", "label": f'"{evil}'}], "rows": [[evil]],
    }  # fmt: skip
    rows = [{**example["results"][0], "id": f'x"{evil}', "label": evil, "warnings": [evil]}]
    claims = [{**example["published"][0], "says": evil, "note": evil}]
    page = told(study=study, listings=listings, results=rows, published=claims)
    assert evil not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    Page(page)


def test_html__counts_the_rows_it_leaves_out(told, example):
    page = told(rows=5)
    total = len(example["listings"]["ADCS"]["rows"])
    assert f"The first 5 rows are shown; {total - 5} more are in the dataset." in page
    parsed = Page(page)
    assert {href[1:] for _, href in parsed.links if href.startswith("#")} <= set(parsed.ids)


def test_html__of_a_large_study_stays_small(told):
    assert len(told(patients=600, rows=200)) < 1_000_000


def test_html__says_what_is_not_part_of_the_study(told):
    page = told(listings={}, results=[], evidence=None, published=[])
    Page(page)
    assert "Tolerability: not part of this study." in page
    assert "Published against reproduced" not in page


@pytest.mark.parametrize("verdict", ["Reproduced", "Hangs on a reading", "Cannot hold",
                                     "Not reproduced", "Not checkable"])  # fmt: skip
def test_html__marks_each_claim_with_a_symbol_and_a_word(page, verdict):
    assert re.search(rf'<use href="#mark-\w+"/></svg>{verdict}</span>', page)


def test_html__says_that_a_result_cannot_be_computed(page):
    card = page.split('id="result-safety.empty"')[1].split("</article>")[0]
    assert '<p class="value">not computable</p>' in card
    assert "No value was recorded." in card


def test_html__tells_the_conflict_with_its_statements_readings_and_proof(page):
    block = page.split('id="conflict-1"')[1].split("</article>")[0]
    assert "There must be at least 15 patients who had a repeat biopsy, but 14 are stated." in block
    assert "Statement repeat-biopsies" in block
    assert "−1 × [number with assessed ≥ 15]  from assessed" in block


def test_html__marks_published_numbers_only_where_they_were_reproduced(page, example):
    ticked = re.findall(r'href="#result-([^"]+)">[^<]*</a><span class="tick"', page)
    assert set(ticked) == {"response.doi_5fever.nri.share"}
    assert "The other numbers are one draw among all that fit." in page


def test_html__of_captured_data_marks_no_number_as_published(told):
    page = told(origin="captured")
    assert 'class="tick"' not in page
    assert "one draw" not in page


def test_html__leads_with_the_published_endpoint_and_not_with_a_drawn_one(page):
    opening = page.split("<header")[1].split("</header>")[0]
    worked = " ".join(re.sub(r"<[^>]+>", "", opening).split("Did it work?")[1].split())
    assert worked.startswith("IMACS definition of improvement at any visit: 7/15 (46.7 %)✓ (95")
    assert "functional index improved at month 12: not reported by the publication." in worked


@pytest.mark.parametrize(
    "sentence",
    [
        "Fisher: p from 0.026 to 0.070, on both sides of 0.05, depending on the readings.",
        "Every published statement and every reading but “all 8 others were assessed”.",
        "Suppose number with x is at most 3.",
        "“Statement women” follows from “Statement responders” and “Statement vague”.",
        "Of the counts of two attributes together: 0 fixed, 0 bounded, 1 open.",
        "2 p-values were computed. None is adjusted for multiplicity.",
    ],
)
def test_html__tells_what_hangs_on_the_readings(page, sentence):
    assert sentence in unescape(re.sub(r"<[^>]+>", "", page))


def test_html__gives_each_range_under_each_set_of_readings(page):
    table = page.split('id="table-range-il1ra-by-response"')[1].split("</table>")[0]
    plain = unescape(re.sub(r"<(?!tr>)[^>]+>", " ", table))
    rows = [" ".join(row.split()) for row in plain.split("<tr>")[2:]]
    assert rows == ["Stated alone 6 tables fit 0.026 to 1.00", "Set A 7/7 v 3/7 0.070",
                    "Set B 7/7 v 3/8 0.026"]  # fmt: skip


def test_html__says_infinite_where_an_estimate_has_no_end(told, example):
    row = {**example["results"][0], "id": "x.odds", "value": "infinity", "statistic": "odds_ratio",
           "interval": {"low": 0.85, "high": None, "level": 0.95, "kind": "confidence"},
           "warnings": []}  # fmt: skip
    page = told(results=[row])
    assert re.search(r'class="value">infinite <span class="interval">95.%.CI from 0.85', page)


def test_html__tells_what_a_reader_must_know_of_the_protocol(told, example):
    rules = example["study"]["eligibility"]["inclusion"]
    noted = [{**rules[0], "note": "Age at consent.", "assumed": ["rule"]}]
    study = {**example["study"], "eligibility": {"inclusion": noted, "exclusion": []}}
    row = told(study=study).split('id="table-eligibility"')[1].split("</tbody>")[0]
    assert "R4, verified, rule assumed" in row
    assert "Age at consent." in row


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        pytest.param(
            {"min": "infinity", "max": "infinity"}, "infinite 95 % CI 0.85 to infinite", id="v"
        ),
        pytest.param({"max": "infinity", "tables": 2}, "0.50 or more", id="open"),
        pytest.param(
            {"min": 3.5, "max": 3.5, "tables": 2, "warnings": ["undefined for 1 of 2 tables"]},
            "3.50, or undefined",
            id="undefined for some",
        ),
        pytest.param({"min": None, "max": None, "tables": 2}, "undefined", id="undefined"),
        pytest.param(
            {"method": "risk_difference", "max": 0.625, "tables": 2}, "50 to 62.5", id="points"
        ),
    ],
)
def test_html__writes_the_ends_of_a_range(told, example, ends, shown):
    fits = {"table": [7, 0, 3, 4], "low": 0.85, "high": "infinity", "level": 0.95}
    item = {**example["evidence"]["statistics"][0], "method": "odds_ratio", "min": 0.5, "max": 4.0,
            "at_min": fits, "at_max": fits, "tables": 1, **ends}  # fmt: skip
    page = told(evidence={**example["evidence"], "statistics": [item]})
    table = page.split('id="table-range-il1ra-by-response"')[1].split("</table>")[0]
    last = re.sub(r"<[^>]+>", " ", table.split("<td")[-1].split(">", 1)[1])
    assert " ".join(unescape(last).split()) == shown


def test_html__tells_in_a_chapter_how_its_tables_were_reconstructed(told, example):
    columns = [{"name": name, "label": name} for name in ("column", "status", "note")]
    rows = [["adverse_events.AESEV", "assumed", "No other event is drawn."],
            ["adverse_events.AEREL", "assumed", "No other event is drawn."],
            ["exposure.EXTAKEN", "assumed", "Doses taken are not reported."]]  # fmt: skip
    listing = {"label": "Columns", "columns": columns, "rows": rows}
    page = told(listings={**example["listings"], "ATTRIBUTES": listing})
    chapters = {name: page.split(f'id="{name}"')[1].split("<section")[0]
                for name in ("participants", "safety", "biopsy")}  # fmt: skip
    assert chapters["safety"].count("No other event is drawn.") == 1
    assert "How this was reconstructed: Doses taken are not reported." in chapters["participants"]
    assert "How this was reconstructed" not in chapters["biopsy"]
