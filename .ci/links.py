"""Look for links and pictures of a built site that lead nowhere: ``python .ci/links.py docs/_build``."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What a page names as places in it, and what it points to."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.targets, self.loaded = {""}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Note the places and targets of a tag."""
        attributes = dict(attributes)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        self.targets += [attributes[name] for name in ("href", "src") if attributes.get(name)]
        for part in (attributes.get("srcset") or "").split(","):
            self.targets += part.split()[:1]
        if tag in ("script", "img", "link", "iframe"):
            self.loaded += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def main(site):
    """Print every fault and return how many there are."""
    pages = {path: Page(path.read_text()) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    faults = set() if site / "index.html" in pages else {f"there is no index.html in {site}: the build ended early"}
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.loaded and parts.scheme != "data":
                    faults.add(f"{path.relative_to(site)} loads {target} from another host")
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            goal = goal / "index.html" if goal.is_dir() else goal
            if not goal.exists() or not goal.is_relative_to(site):
                faults.add(f"{path.relative_to(site)} leads to {target}, which is not there")
            elif goal in pages and unquote(parts.fragment) not in pages[goal].anchors:
                faults.add(f"{path.relative_to(site)} leads to {target}, where there is no such place")
    print(
        "\n".join(sorted(faults))
        or f"{len(pages)} pages, {sum(len(page.targets) for page in pages.values())} links: all lead somewhere"
    )
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]).resolve())))
