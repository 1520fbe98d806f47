#!/usr/bin/env python3
"""Opens pages of `sonic inspect --format html` in headless Chromium and goes through every view.

    check.py SONIC MODELS SCREENSHOTS

Numbers on a page must be those of the JSON reports, nothing may be written to the console or asked of
a network, and names of models must not act as HTML. First paint and frame rate are the best of a few
tries, as other programs run beside the browser.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import pages
import viewers
import views

CHROMIUM = "/usr/bin/chromium"
SIZES = {"wide": (1280, 1180), "phone": (390, 844)}


class Tab:
    """A page opened from disk, with whatever it complained about."""

    def __init__(self, browser, page, size="wide", scheme="light"):
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme,
            has_touch=size == "phone", offline=True)
        self.tab = self.context.new_page()
        self.problems = []
        self.tab.on("console", lambda said: self.problems.append(f"console: {said.text}"))
        self.tab.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.tab.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.tab.on("request", self.note_request)
        self.tab.goto(page.path.resolve().as_uri())
        self.tab.wait_for_selector("html[data-ready]", timeout=30_000)

    def note_request(self, request):
        if not request.url.startswith(("file:", "blob:")):
            self.problems.append(f"request: {request.url}")

    def __enter__(self):
        return self.tab

    def __exit__(self, *_):
        self.context.close()
        if self.problems:
            raise AssertionError("; ".join(self.problems))


def check(browser, page, checks):
    for one in checks:
        with Tab(browser, page) as tab:
            one(tab, page)
        print(f"{page.name}: {one.__doc__.splitlines()[0].rstrip('.')}", flush=True)


def look(browser, page, folder):
    """Screenshots at two sizes, light and dark; nothing is wider than the screen."""
    for size, scheme in [("wide", "light"), ("wide", "dark"), ("phone", "light")]:
        with Tab(browser, page, size, scheme) as tab:
            views.fits(tab)
            tab.screenshot(path=folder / f"{page.name}-{size}-{scheme}.png")
            tab.screenshot(path=folder / f"{page.name}-{size}-{scheme}-all.png", full_page=True)


def best(tries, measure):
    return max(measure() for _ in range(tries))


def main(command, models, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        work = Path(name)
        demo = pages.demo(command, work)
        resnet = pages.resnet(command, work, models)
        run = pages.run(command, work)
        comparison = pages.comparison(command, work)
        hostile = pages.hostile(command, work)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for page in [demo, resnet]:
            check(browser, page, views.CHECKS)
            look(browser, page, folder)
        check(browser, demo, views.EXACT_CHECKS)
        check(browser, run, views.RUN_CHECKS)
        with Tab(browser, demo, "phone") as tab:
            views.fingers_work(tab)
        check(browser, comparison, [views.comparison_is_the_json])
        look(browser, comparison, folder)
        check(browser, hostile, [views.names_are_text])
        viewers.netron_shows_what_is_left(browser, command, work, demo)
        print("small.onnx: Netron shows what is left of weights")
        size = resnet.path.stat().st_size
        assert size < 3e6, f"found a page of {size} bytes, expected less than 3 MB"

        def paint():
            with Tab(browser, resnet) as tab:
                return -tab.evaluate("performance.getEntriesByName('shown')[0].startTime")

        def frames():
            with Tab(browser, resnet) as tab:
                return views.frames_a_second(tab)

        shown, rate = -best(3, paint), best(3, frames)
        print(f"resnet50: {size / 1e6:.2f} MB, shown after {shown:.0f} ms, "
              f"{rate:.0f} frames a second while zooming")
        assert shown < 2000, "expected it to be shown within 2 s"
        assert rate > 30, "expected more than 30 frames a second"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
