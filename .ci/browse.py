"""Look at every page of a built site in Chromium, wide and light, narrow and dark.

``python .ci/browse.py docs/_build``; with ``--pictures DIR`` a picture of each is kept. A fault is an error on the
console, a picture that is not drawn, or a page or table that is wider than the screen and cannot be scrolled.
"""

import argparse
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

LOOKS = {"wide": (1280, 900, "light"), "narrow": (400, 800, "dark")}
FAULTS = """
const faults = [];
if (document.documentElement.scrollWidth > window.innerWidth)
    faults.push("the page is " + document.documentElement.scrollWidth + " wide on " + window.innerWidth);
const article = document.querySelector(".bd-article-container");
if (article && article.scrollWidth > article.clientWidth + 1)
    faults.push("the text is " + article.scrollWidth + " wide where there is room for " + article.clientWidth);
for (const image of document.images)
    if (image.loading !== "lazy" && !(image.complete && image.naturalWidth)) faults.push("not drawn: " + image.src);
for (const box of document.querySelectorAll("article table, article pre, article img, article math, article svg")) {
    let scrolls = false;
    for (let parent = box; parent && parent.tagName !== "ARTICLE"; parent = parent.parentElement)
        scrolls ||= ["auto", "scroll"].includes(getComputedStyle(parent).overflowX);
    const place = box.getBoundingClientRect();
    if (place.left < -1 || (!scrolls && place.right > window.innerWidth + 1))
        faults.push(box.tagName + " runs over the edge: " + box.textContent.slice(0, 40));
}
for (const entry of performance.getEntriesByType("resource"))
    if (new URL(entry.name).host !== location.host && !entry.name.startsWith("data:"))
        faults.push("loaded from elsewhere: " + entry.name);
return faults;
"""


class Quiet(SimpleHTTPRequestHandler):
    """A server that does not tell of every request."""

    def log_message(self, *_):
        """Say nothing."""


def browser(width, height, theme):
    """Return a Chromium of this size that prefers light or dark pages."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    # A window cannot be narrower than some 500 pixels, a device can.
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    )
    return driver


def look(driver, address):
    """Open a page and return its faults."""
    driver.get(address)
    found = driver.execute_script(FAULTS)
    return found + [f"console: {line['message']}" for line in driver.get_log("browser") if line["level"] == "SEVERE"]


def keep_picture(driver, path):
    """Write a picture of the whole page."""
    import base64

    path.parent.mkdir(parents=True, exist_ok=True)
    taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(taken["data"]))


def main(arguments=None):
    """Print every fault and return how many there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--only", default="", help="a part of the paths of the pages that are looked at")
    asked = parser.parse_args(arguments)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=asked.site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = (page for page in sorted(asked.site.rglob("*.html")) if not {"_static", "_modules"} & set(page.parts))
    paths = [page for page in pages if asked.only in str(page)]

    def look_at_all(name):
        """Return the faults of all pages in one of the looks."""
        driver, faults = browser(*LOOKS[name]), []
        for path in paths:
            page = path.relative_to(asked.site)
            found = look(driver, f"http://127.0.0.1:{server.server_port}/{page}")
            faults += [f"{page}, {name}: {fault}" for fault in found]
            if asked.pictures:
                keep_picture(driver, asked.pictures / name / f"{'_'.join(page.parts)}.png")
        driver.quit()
        return faults

    with ThreadPoolExecutor(len(LOOKS)) as pool:
        faults = list(chain.from_iterable(pool.map(look_at_all, LOOKS)))
    print(*faults, f"{len(paths)} pages looked at, {' and '.join(LOOKS)}: {len(faults)} faults", sep="\n")
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(main()))
