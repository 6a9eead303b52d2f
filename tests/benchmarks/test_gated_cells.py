"""The comparison of gated cells: that they are those of PyTorch, how grids are searched, and that the page shows it."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks.gated_cells import KINDS, MEASURES, GatedCells, maker, run_gru, run_lstm, scored, table, tuned, write
from reservoir import EchoStateReservoir
from reservoir.testing import check_reservoir

ROOT = Path(__file__).parents[2]
PEER = np.load(ROOT / "tests" / "fixtures" / "torch_gated_cells.npz")


def test_cells_are_those_of_torch():
    X, still, h = PEER["inputs"], np.ones(40), np.zeros(7)
    weights = {name: [PEER[f"{name}_weight_{part}_l0"] for part in ("ih", "hh")] for name in ("gru", "lstm")}
    bias = {name: PEER[f"{name}_bias_ih_l0"] for name in weights}
    # The kernels have one bias; torch has two, of which that of the GRU's candidate stands beside r times a matrix.
    within = PEER["gru_bias_hh_l0"]
    states = np.empty((40, 8))
    padded = [np.zeros((24, 3)), np.zeros((24, 8))]
    for block in range(3):  # an eighth unit that is always 1 carries the second bias
        rows, own = slice(8 * block, 8 * block + 7), slice(7 * block, 7 * block + 7)
        padded[0][rows], padded[1][rows, :7] = weights["gru"][0][own], weights["gru"][1][own]
        padded[1][rows, 7] = within[own]
    outer = np.concatenate([np.r_[bias["gru"][own], 0.0] for own in (slice(7), slice(7, 14), slice(14, 21))])
    outer[15] = 50.0  # the update gate of the eighth keeps it
    run_gru(X, still, *padded, outer, np.r_[h, 1.0], states)
    assert_allclose(states[:, :7], PEER["gru_states"], rtol=0, atol=1e-13)
    states = np.empty((40, 7))
    both = bias["lstm"] + PEER["lstm_bias_hh_l0"]
    run_lstm(X, still, *weights["lstm"], both, np.zeros(7), np.zeros(7), False, states)
    assert_allclose(states, PEER["lstm_states"], rtol=0, atol=1e-13)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("gates", ["half", "chrono", "open"])
def test_cells_are_reservoirs(cell, gates):
    cells = GatedCells(6, cell=cell, gates=gates, random_state=0)
    check_reservoir(cells)
    # With gates that hardly move, the gain at rest is the spectral radius.
    still = GatedCells(50, cell=cell, gates=gates, gate_gain=0.0, spectral_radius=0.4, random_state=0).fit([[0.0]])
    assert np.abs(still.run(np.zeros((2000, 1)))[0][-1]).max() < 1


def test_every_kind_has_a_grid_of_one_size():
    for key, kind in KINDS.items():
        for irregular in (False, True):
            assert len(kind.settings(irregular)) == (1 if key == "default" else 54)
        for settings in kind.settings(False)[::17]:
            assert maker(kind, settings, "memory")(random_state=0).fit([[0.0]]).n_features_out_ == 100


def test_the_best_setting_of_a_grid_is_found_and_what_fails_is_left_out(monkeypatch):
    def score(make, seed, tuning):
        assert tuning
        if make.keywords["leak_rate"] == 0.2:
            raise ValueError
        return make.keywords["leak_rate"] * make.keywords["input_scaling"]

    for is_error, expected in ((False, (1.0, 1.0)), (True, (0.5, 0.1))):
        monkeypatch.setitem(MEASURES, "narma", MEASURES["narma"]._replace(of=score, is_error=is_error))
        found = tuned(KINDS["echo_state"], "narma")
        assert (found["leak_rate"], found["input_scaling"]) == expected
    assert scored(lambda make, seed, tuning: np.nan, EchoStateReservoir, 0, False) is None


def test_results_are_written_beside_those_that_are_there(tmp_path):
    one = {"memory": {"gru": {"settings": {}, "values": [1.0, 2.0]}}}
    write(tmp_path / "results.json", one)
    write(tmp_path / "results.json", {"narma": one["memory"]})
    assert json.loads((tmp_path / "results.json").read_text())["results"] == one | {"narma": one["memory"]}


def test_the_page_shows_the_stored_results():
    page = (ROOT / "docs" / "science" / "gated_cells.md").read_text().splitlines()
    results = json.loads((ROOT / "docs" / "results" / "gated_cells.json").read_text())["results"]
    assert list(results) and set(results) == set(MEASURES)
    for line in table(results):
        assert line in page
