from __future__ import annotations

import os
import re
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from subprocess import run

import pytest

from comitia.counting import words
from comitia.counting.rules import RULES
from comitia.counting.sheet import Sheet, Table
from comitia.counting.showing.page import sheet_page
from tests.conftest import ROOT
from tests.counting.showing.reading import Element, read
from tests.counting.showing.sheets import (
    ALL,
    HOSTILE,
    RULE,
    approvals,
    batches,
    hostile,
    judgment,
    large,
    meek,
    schulze,
    scottish,
    undecided,
)

each_sheet = pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())


def page_of(sheet: Sheet) -> Element:
    return read(sheet_page(sheet, RULE))


def headings(page: Element) -> list[str]:
    return [one.text for one in page.walk() if one.tag in {"h1", "h2"}]


def test_stage_table_holds_every_figure_and_change() -> None:
    assert page_of(scottish()).labelled("stage-table").rows() == [
        [
            "Candidate",
            "Status",
            "Stage 1 First preferences",
            "Stage 2 Surplus of Adler",
            "Stage 3 Exclusion of Ember",
            "Stage 4 Exclusion of Dietz",
        ],
        ["Total", "Change", "Total", "Change", "Total", "Change", "Total"],
        [
            *("Adler", "Elected, stage 1", "13.00000", "\u22122.00000", "11.00000"),
            *("", "11.00000", "", "11.00000"),
        ],
        [
            *("Brandt", "Elected, stage 4", "6.00000", "+0.92304", "6.92304"),
            *("+1.00000", "7.92304", "+4.00000", "11.92304"),
        ],
        [
            *("Cohen", "Not elected", "5.00000", "+0.46152", "5.46152"),
            *("", "5.46152", "+1.00000", "6.46152"),
        ],
        [
            *("Dietz", "Excluded, stage 4", "5.00000", "+0.46152", "5.46152"),
            *("", "5.46152", "\u22125.46152", "0.00000"),
        ],
        [
            *("Ember", "Excluded, stage 3", "1.00000", "", "1.00000"),
            *("\u22121.00000", "0.00000", "", "0.00000"),
        ],
        [
            *("Non-transferable", "", "0.00000", "+0.15392", "0.15392"),
            *("", "0.15392", "+0.46152", "0.61544"),
        ],
        ["Total", "", "30.00000", "", "30.00000", "", "30.00000", "", "30.00000"],
        ["Quota", "", "11.00000", "", "11.00000", "", "11.00000", "", "11.00000"],
    ]


def test_what_is_shown_follows_one_order() -> None:
    assert headings(page_of(scottish())) == [
        "Election of the committee",
        "Elected",
        "Ties",
        "Stage by stage",
        "Votes at each stage",
        "How votes passed on",
    ]
    assert headings(page_of(schulze())) == [
        "Election of the committee",
        "Elected",
        "Ties",
        "Preferences",
        "Beat paths",
        "Order of the result",
        "Options dropped",
    ]


def test_rule_papers_and_seats_stand_at_the_top() -> None:
    header = page_of(scottish()).one("header").text
    assert "Counted <by hand> (by-hand, version 1)" in header
    assert 'The minutes of 1 May, section 4 & "annex"' in header
    facts = [
        [one.text for one in pair.content if isinstance(one, Element)]
        for pair in page_of(scottish()).one("dl").all("div")
    ]
    assert facts == [
        ["Seats", "2"],
        ["Candidates", "5"],
        ["Valid papers", "30"],
        ["Invalid papers", "2"],
        ["Quota", "11.00000"],
    ]


def test_elected_stand_in_order_of_election() -> None:
    result = page_of(approvals()).one("section", **{"aria-labelledby": "result"})
    assert [one.text for one in result.all("li")] == ["Brandt", "Adler"]


def test_ties_and_the_seed_are_told() -> None:
    page = page_of(scottish())
    assert page.labelled("ties-table").rows() == [
        ["Tied", "Decided for", "How"],
        ["Cohen and Dietz", "Dietz", "excluded, by lot, from the seed"],
        [
            "Adler and Brandt",
            "Adler",
            "whose surplus passes on first, by the rule, looking back to stage 1",
        ],
    ]
    assert page.one("code").text == "5f" * 32


def test_undecided_count_says_so_and_names_the_tie() -> None:
    page = page_of(undecided())
    assert headings(page)[1] == "Elected so far"
    assert page.one("p", **{"class": "warning"}).text.startswith("This count is not finished")
    assert page.labelled("ties-table").rows()[1][:2] == ["Cohen and Dietz", "nobody yet"]
    rows = page.labelled("stage-table").rows()
    assert [row[1] for row in rows[2:8]] == [
        "Elected, stage 1",
        "Still standing",
        "Still standing",
        "Still standing",
        "Excluded, stage 3",
        "Withdrawn",
    ]


def test_seats_that_stay_empty_are_told() -> None:
    result = page_of(replace(scottish(), seats=4)).one("section", **{"aria-labelledby": "result"})
    assert "2 seats stay empty." in result.text


def test_each_stage_is_told_with_its_margins() -> None:
    stories = page_of(scottish()).one("ol", **{"class": "story"}).all("li")
    assert [one.text for one in stories] == [
        (
            "First preferences The quota is 11.00000. Adler has reached the quota of 11.00000. "
            "Margin at this stage: Adler, 2.00000 above the quota."
        ),
        "Surplus of Adler",
        (
            "Exclusion of Ember Ember has the fewest votes. "
            "Margin at this stage: 4.46152 between Ember and the next, Cohen."
        ),
        (
            "Exclusion of Dietz Brandt has reached the quota of 11.00000. "
            "Margin at this stage: 0.00000 between Dietz and the next, Cohen. "
            "Margin at this stage: Brandt, 0.92304 above the quota."
        ),
    ]


def test_rule_without_transfers_has_keep_factors_and_no_flow() -> None:
    page = page_of(meek())
    assert page.labelled("keep").rows() == [
        ["Candidate", "Stage 2", "Stage 3"],
        ["Adler", "0.583333", "0.500000"],
        ["Brandt", "1.000000", "0.750000"],
    ]
    assert page.labelled("stage-table").rows()[-1] == [
        *("Quota", "", "10.000001", "", "9.250000", "", "7.583334"),
    ]
    flow = page.one("section", **{"aria-labelledby": "flow"})
    assert flow.all("svg") == []
    assert "counts all of them anew" in flow.text


def test_batches_within_a_stage_are_shown() -> None:
    assert page_of(batches()).labelled("batches-1").rows() == [
        ["Candidate", "At 1.00: 6 papers", "At 0.21: 2 papers"],
        ["Adler", "14.00", "14.00"],
        ["Brandt", "14.00", "14.42"],
        ["Cohen", "1.00", "0.00"],
        ["Dietz", "0.00", "0.00"],
        ["Non-transferable", "1.00", "1.58"],
    ]


def test_transfers_stand_in_a_table_below_their_picture() -> None:
    assert page_of(scottish()).labelled("transfers").rows() == [
        ["Stage", "From", "To", "Votes"],
        ["2", "Adler", "Brandt", "0.92304"],
        ["2", "Adler", "Cohen", "0.46152"],
        ["2", "Adler", "Dietz", "0.46152"],
        ["2", "Adler", "Non-transferable", "0.15392"],
        ["3", "Ember", "Brandt", "1.00000"],
        ["4", "Dietz", "Brandt", "4.00000"],
        ["4", "Dietz", "Cohen", "1.00000"],
        ["4", "Dietz", "Non-transferable", "0.46152"],
    ]


def test_matrix_reads_row_over_column_and_marks_the_greater() -> None:
    page = page_of(schulze())
    table = page.labelled("detail-1-table")
    assert table.rows() == [
        ["", "1", "2", "3"],
        ["1 Choice <1>", "—", "18", "9"],
        ["2 Choice 2", "12", "—", "20"],
        ["3 None of them", "21", "10", "—"],
    ]
    assert [one.text for one in table.all("td", **{"class": "figure greater"})] == [
        "18",
        "20",
        "21",
    ]
    assert page.labelled("detail-2-paths").rows() == [
        ["From", "To", "Strength", "Path"],
        ["None of them", "Choice <1>", "21", "None of them over Choice <1>"],
        ["None of them", "Choice 2", "18", "None of them over Choice <1> over Choice 2"],
        ["Choice <1>", "None of them", "18", "Choice <1> over Choice 2 over None of them"],
        ["Choice 2", "None of them", "20", "Choice 2 over None of them"],
    ]
    assert page.labelled("detail-3-table").rows() == [
        ["Place", "Candidate"],
        ["1", "None of them"],
        ["2", "Choice 2, Choice <1>"],
    ]
    assert page.labelled("detail-4-table").rows() == [
        ["Option", "Reason"],
        ["Choice <1>", "no quorum <b>"],
    ]


def test_grades_are_shown_with_their_medians() -> None:
    assert page_of(judgment()).labelled("detail-1-table").rows() == [
        ["Candidate", "excellent", "good", "passable", "to reject", "Median"],
        ["Adler", "12", "9", "6", "3", "good"],
        ["Brandt", "3", "12", "12", "3", "passable"],
        ["Cohen", "0", "0", "0", "0", "none"],
    ]


def test_totals_are_shown_in_file_order_below_their_picture() -> None:
    page = page_of(approvals())
    assert page.labelled("detail-1-table").rows() == [
        ["Candidate", "Approvals"],
        ["Adler", "17"],
        ["Brandt", "21"],
        ["Cohen", "4"],
    ]
    assert page.labelled("detail-2-table").rows() == [["Candidate", "Share"], ["Cohen", "4"]]


@each_sheet
def test_every_picture_has_title_description_and_a_table(make: Callable[[], Sheet]) -> None:
    page = page_of(make())
    for picture in page.all("svg", role="img"):
        title, about = picture.attributes["aria-labelledby"].split()
        assert picture.one("title", id=title).text
        assert "table" in picture.one("desc", id=about).text
    hidden = [one for one in page.all("svg") if one.attributes.get("aria-hidden") == "true"]
    assert len(page.all("svg")) == len(hidden) + len(page.all("svg", role="img"))
    assert page.all("table")


@each_sheet
def test_every_table_has_a_caption_heads_and_a_box_of_its_own(make: Callable[[], Sheet]) -> None:
    page = page_of(make())
    boxed = [box.one("table") for box in page.all("div", **{"class": "scroll"}) if box.all("table")]
    assert boxed == page.all("table")
    for table in boxed:
        assert table.one("caption").text
        body = table.one("tbody")
        assert len(body.all("th", scope="row")) == len(body.all("tr"))


@each_sheet
def test_ids_are_unique_and_every_label_exists(make: Callable[[], Sheet]) -> None:
    elements = list(page_of(make()).walk())
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    labels = [one.attributes.get("aria-labelledby", "").split() for one in elements]
    assert len(ids) == len(set(ids))
    assert {label for several in labels for label in several} <= set(ids)


@each_sheet
def test_page_runs_and_loads_nothing_and_permits_its_own_style_only(
    make: Callable[[], Sheet],
) -> None:
    page = page_of(make())
    attributes = {key for one in page.walk() for key in one.attributes}
    assert page.all("script") == page.all("link") == page.all("img") == page.all("iframe") == []
    assert not attributes & {"src", "href", "srcset", "style", "xlink:href"}
    assert not [key for key in attributes if key.startswith("on")]
    style = page.one("style").raw
    assert re.findall(r"url\((?!#)|@import", style) == []
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_hostile_texts_come_out_as_text() -> None:
    page = page_of(hostile())
    assert [row[0] for row in page.labelled("stage-table").rows()[2:10]] == list(HOSTILE)
    assert page.one("h1").text == HOSTILE[0]
    assert page.labelled("ties-table").rows()[1][2] == (
        f"excluded, by a recorded decision: {HOSTILE[4]}"
    )
    assert page.labelled("detail-4-table").rows() == [
        [HOSTILE[0], HOSTILE[2]],
        [HOSTILE[0], HOSTILE[0]],
        [HOSTILE[7], HOSTILE[3]],
    ]
    others = [make for make in ALL.values() if make is not hostile]
    known = {one.tag for make in others for one in page_of(make()).walk()}
    assert {one.tag for one in page.walk()} <= known


def test_each_name_keeps_its_direction_to_itself() -> None:
    page = page_of(hostile())
    isolated = {one.text for one in page.all("bdi")}
    assert set(HOSTILE) <= isolated


def test_characters_that_upset_a_line_are_taken_out_and_the_rest_stays() -> None:
    names = (
        "Adler\u202egnirtseretni\n\x00",
        "Bra\u200bndt\u200d\ufe0f",
        "\U0001f469\u200d\U0001f680 \U0001f600",
        "Dietz " * 70,
        "\u2069\u2067Ember",
    )
    page = page_of(replace(scottish(), names=names, title="\u202eevil\u2028title"))
    shown = [row.all("th")[0].raw for row in page.labelled("stage-table").one("tbody").all("tr")]
    assert shown[:5] == [
        "Adler\ufffdgnirtseretni \ufffd",
        names[1],
        names[2],
        names[3],
        "\ufffd\ufffdEmber",
    ]
    assert page.one("head").one("title").text == "\ufffdevil title \u2013 Count sheet"


def test_title_and_language_are_those_of_the_sheet() -> None:
    page = page_of(scottish())
    assert page.one("head").one("title").text == "Election of the committee \u2013 Count sheet"
    assert page.one("html").attributes == {"lang": "en"}
    assert page_of(replace(scottish(), title=" ")).one("h1").text == "Count sheet"


def test_page_of_a_rule_that_is_known_tells_its_text_without_being_given_it() -> None:
    rule = RULES["scottish-stv"]
    sheet = replace(scottish(), rule=rule.name, version=rule.version)
    assert sheet_page(sheet) == sheet_page(sheet, rule)
    assert rule.source in read(sheet_page(sheet)).one("header").text
    older = read(sheet_page(replace(sheet, version=rule.version + 1))).one("header")
    assert rule.source not in older.text


def test_withdrawn_candidates_are_named_and_have_no_figures() -> None:
    page = page_of(replace(approvals(), withdrawn=frozenset({3})))
    assert "Withdrawn before the count: Cohen." in page.one("header").text
    assert page.labelled("detail-1-table").rows() == [
        ["Candidate", "Approvals"],
        ["Adler", "17"],
        ["Brandt", "21"],
    ]


def test_table_without_rows_says_that_there_is_nothing() -> None:
    empty = Table("defeats dropped", ("round", "option"), ())
    page = page_of(replace(approvals(), details=(empty,)))
    assert page.one("section", **{"aria-labelledby": "detail-1"}).text == "Defeats dropped Nothing."


@pytest.mark.parametrize("seed", ["1", "2"])
def test_page_is_the_same_bytes_in_every_process(seed: str) -> None:
    script = (
        "from comitia.counting.showing import sheet_page\n"
        "from tests.counting.showing.sheets import ALL, RULE\n"
        "import sys\n"
        "sys.stdout.buffer.write(''.join(sheet_page(m(), RULE) for m in ALL.values()).encode())\n"
    )
    ended = run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert ended.stdout == "".join(sheet_page(make(), RULE) for make in ALL.values()).encode()


def test_page_without_the_rule_tells_its_name() -> None:
    header = read(sheet_page(scottish())).one("header")
    assert "by-hand (by-hand, version 1)" in header.text
    assert header.all("details") == []


def test_sheet_of_another_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="a sheet of by-hand 2 is not one of by-hand"):
        sheet_page(replace(scottish(), version=2), RULE)


def test_wide_table_is_cut_into_parts_for_paper() -> None:
    page = page_of(large())
    whole = page.labelled("stage-table").rows()
    paper = page.one("div", **{"class": "on-paper"}).all("table")
    captions = [table.one("caption").text for table in paper]
    assert captions[0] == "Stages 1 to 5"
    assert captions[-1] == "Stages 21 to 25"
    joined = [row[:2] for row in paper[0].rows()[2:]]
    for table in paper:
        for place, row in enumerate(table.rows()[2:]):
            joined[place] += row[2:] if table is paper[0] else row[1:]
    assert joined == whole[2:]


def test_pictures_between_first_and_last_stage_are_folded_where_they_are_many() -> None:
    section = page_of(large()).one("section", **{"aria-labelledby": "bars"})
    assert section.one("summary").text == "Stages 2 to 24"
    assert len(section.all("figure")) == 25
    assert len(section.one("details").all("figure")) == 23


def test_every_figure_of_every_stage_is_on_the_page() -> None:
    for make in (meek, batches, large, undecided):
        sheet = make()
        rows = page_of(sheet).labelled("stage-table").rows()[2:]
        for place, row in enumerate(rows[: len(sheet.names)]):
            shown = [row[2], *row[4::2]]
            assert shown == [words.figure(stage.votes[place], sheet) for stage in sheet.stages]


def test_fractions_are_shown_as_fractions() -> None:
    sheet = replace(scottish(), decimals=None, quota=Fraction(32, 3))
    page = page_of(sheet)
    assert page.one("dl").all("dd")[-1].text == "32/3"
    assert "Figures are exact fractions." in page.text
