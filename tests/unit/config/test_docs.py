"""What the pages say of the files must stay true."""

import re
from pathlib import Path

import pytest

from config.settings import Settings

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)
NAMED = re.compile(r"`((?:config|crm_core|docs|telephony|tests|tools|web)/[\w./-]+)`")
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    named = {ROOT / path for path in NAMED.findall(text)}
    linked = {(ROOT / page).parent / path for path in LINKED.findall(text)}

    assert {str(path) for path in named | linked if not path.exists()} == set()


def test_the_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text()

    assert [name for name in Settings.model_fields if f"ALLO_{name.upper()}" not in text] == []
