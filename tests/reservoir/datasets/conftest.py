"""A place without recordings, and a server that has some."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from six_recordings import NAMES, digest_by_the_book, recorded

from reservoir.datasets import spoken_digits


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty place, on a machine that has six recordings to look for and no other place that holds them."""
    monkeypatch.setattr(spoken_digits, "N_RECORDINGS", len(NAMES))
    monkeypatch.setattr(spoken_digits, "DIGEST", digest_by_the_book(recorded()))
    monkeypatch.delenv("RESERVOIR_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user" / ".cache"))
    for variable in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def serve(home, monkeypatch):
    """Let the archive's address be that of a server which answers as the test says; return the addresses asked for."""
    pytest.importorskip("pooch", reason='downloads need pooch: pip install "liquid-reservoir[data]"')
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    servers = []

    def start(body, status=200, missing=0, meeting=None):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                if meeting is not None:
                    meeting.wait(timeout=20)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) + missing))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        monkeypatch.setattr(spoken_digits, "URL", f"http://127.0.0.1:{server.server_port}/archive.zip")
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
