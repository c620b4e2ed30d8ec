"""Pages as images, to look at: ``python tests/looking.py PAGE... -o FOLDER``.

Of each page a phone's screen and a desk's, light and dark, and the PDF that is printed of it; its
sheets too where pypdfium2 and pillow are installed. What the audit finds wrong is said.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from auditing import faults
from browser import DESK, PHONE, Browser

DOTS = 1.5  # of the image of a sheet, to a point of 1/72 inch


def looks(browser: Browser, page: Path, folder: Path, *, name: str) -> list[str]:
    """Write a page's images into a folder; its faults, each with the screen it is seen on."""
    found: dict[str, list[str]] = {}
    for width in (PHONE, DESK):
        with browser.open(page, width=width) as tab:
            for scheme in ("light", "dark"):
                tab.turn(dark=scheme == "dark")
                tab.screenshot(folder / f"{name}-{width}-{scheme}.png")
                for fault in faults(tab, folder=page.parent.parent):
                    found.setdefault(fault, []).append(f"{width} {scheme}")
            tab.turn(dark=False)
            if width == DESK:
                sheets(tab.pdf(folder / f"{name}.pdf"))
    return [f"{fault} [{', '.join(screens)}]" for fault, screens in found.items()]


def sheets(printed: Path) -> None:
    """Write the sheets of a PDF as images beside it, where the packages for it are installed."""
    with suppress(ModuleNotFoundError):
        import_module("PIL.Image")
        with import_module("pypdfium2").PdfDocument(printed) as document:
            for number, sheet in enumerate(document, start=1):
                sheet.render(scale=DOTS).to_pil().save(printed.with_suffix(f".{number}.png"))


def main() -> None:
    """Look at the pages that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    asked = parser.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        for page in asked.pages:
            name = f"{page.resolve().parent.name}-{page.stem}"
            for fault in looks(browser, page, asked.output, name=name):
                print(f"{page}: {fault}")


if __name__ == "__main__":
    main()
