"""The exported deck, opened by other programs."""

import re
import subprocess
from pathlib import Path

import pypdf
import pytest
from pptx import Presentation
from pptx.util import Emu

SLIDES = 5


@pytest.fixture(scope="session")
def deck(program) -> dict[str, Path]:
    """The files that `demo` exported, by their ending."""
    folder = program.workspace / "data/reports"
    return {ending: folder / f"nya_perspektiv.{ending}" for ending in ("pptx", "pdf", "html")}


@pytest.fixture(scope="session")
def headlines(deck) -> list[str]:
    """What each slide says, read from the pptx."""
    return [slide.shapes.title.text_frame.text for slide in Presentation(deck["pptx"]).slides]


def flat(text: str) -> str:
    """Text without what line breaking does to it."""
    return re.sub(r"[\s\u00a0\u00ad]+", "", text)


def test_python_pptx_reads_five_slides_with_titles_notes_and_alternatives(deck, headlines):
    presentation = Presentation(deck["pptx"])
    assert len(presentation.slides) == SLIDES
    assert presentation.core_properties.title
    assert presentation.core_properties.language == "sv-SE"
    for slide, headline in zip(presentation.slides, headlines, strict=True):
        assert 0 < len(headline.split()) <= 25, headline
        assert slide.notes_slide.notes_text_frame.text.strip()
        for shape in slide.shapes:
            inside = shape.left >= 0 and shape.top >= 0
            inside = inside and shape.left + shape.width <= presentation.slide_width + Emu(1)
            inside = inside and shape.top + shape.height <= presentation.slide_height + Emu(1)
            assert inside, f"{shape.name} reaches outside the slide {headline!r}"
            if shape.shape_type is not None and shape.shape_type.name in ("PICTURE", "CHART"):
                alternative = shape._element.xpath(".//p:cNvPr/@descr")
                assert alternative and alternative[0].strip(), f"{shape.name} on {headline!r}"


def test_every_slide_with_numbers_says_that_they_are_made_up(deck):
    slides = Presentation(deck["pptx"]).slides
    texts = [" ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame) for slide in slides]
    assert sum("yntetiska data" in text for text in texts) >= SLIDES - 1, texts


def test_libreoffice_shows_five_pages_of_the_pptx(deck, headlines, tmp_path):
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        + ["--convert-to", "pdf", "--outdir", tmp_path, deck["pptx"]],
        check=True,
        capture_output=True,
        timeout=300,
    )
    pages = pypdf.PdfReader(tmp_path / "nya_perspektiv.pdf").pages
    assert len(pages) == SLIDES
    for page, headline in zip(pages, headlines, strict=True):
        assert flat(headline) in flat(page.extract_text())


def test_the_pdf_has_the_same_slides_in_swedish_and_is_tagged(deck, headlines):
    reader = pypdf.PdfReader(deck["pdf"])
    assert len(reader.pages) == SLIDES
    assert reader.trailer["/Root"]["/Lang"].startswith("sv")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title
    for page, headline in zip(reader.pages, headlines, strict=True):
        assert flat(headline) in flat(page.extract_text())
        assert page.mediabox.width > page.mediabox.height


def test_the_pdf_is_drawn_without_a_complaint(deck, tmp_path):
    done = subprocess.run(
        ["pdftoppm", "-r", "40", "-png", deck["pdf"], tmp_path / "bild"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    assert len(list(tmp_path.glob("bild-*.png"))) == SLIDES


def test_chromium_shows_the_html_without_asking_the_network(deck, headlines, tmp_path):
    arguments = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    # Every name resolves to nowhere: a page that needs the network shows it.
    arguments += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", "--dump-dom"]
    done = subprocess.run(
        [*arguments, deck["html"].as_uri()], check=True, capture_output=True, encoding="utf-8", timeout=120
    )
    text = re.sub(r"<[^>]+>", " ", done.stdout)
    text = text.replace("&nbsp;", " ").replace("&amp;", "&").replace("&shy;", "")
    for headline in headlines:
        assert flat(headline) in flat(text), headline
    assert 'lang="sv' in done.stdout[:2000]


def test_the_html_is_one_file(deck):
    html = deck["html"].read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?((?:https?:)?//[^"')\s]+)""", html)
    assert loaded == []
    assert html.count("<section") >= SLIDES
    assert len(re.findall(r"<h1\b", html)) >= 1
