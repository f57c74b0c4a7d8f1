"""Make crm_core/kernel/phone_places.json from the tables of the phonenumbers library.

Run it after an upgrade of phonenumbers: `python tools/phone_places.py`.
"""

import json
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.geodata.locale import LOCALE_DATA

TARGET = Path(__file__).parent.parent / "crm_core" / "kernel" / "phone_places.json"
LANGUAGES = ("en", "ru")


def main() -> None:
    """Keep the regions of +7 and the countries of the world, in the languages we speak."""
    places = {
        prefix: _in_our_languages(names)
        for prefix, names in sorted(GEOCODE_DATA.items())
        if prefix.startswith("7") and "en" in names
    }
    countries = {
        region: _in_our_languages(names)
        for region, names in sorted(LOCALE_DATA.items())
        if "en" in names
    }
    table = {"countries": countries, "places": places}
    TARGET.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _in_our_languages(names: dict[str, str]) -> dict[str, str]:
    english = names["en"]
    chosen = {language: names.get(language, english) for language in LANGUAGES}
    # "*en" in the library's table means: the same as in that language
    meant = {
        language: names[name[1:]] if name.startswith("*") else name
        for language, name in chosen.items()
    }
    return {
        language: name + "." if name.endswith(" обл") else name for language, name in meant.items()
    }


if __name__ == "__main__":
    main()
