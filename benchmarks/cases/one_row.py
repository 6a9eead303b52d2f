"""Continue a stream by one row, from the state before: ``run(row, state)`` of each kind of reservoir."""

from benchmarks.comparison import Comparison
from benchmarks.networks import Network, uniform_series

N_ROWS = 200


def comparisons(quick):
    for n_units in (20,) if quick else (100, 1000):
        network = Network(n_units)
        yield Comparison(
            f"echo state, {n_units} units of degree 10",
            "us a row",
            N_ROWS,
            ours={"this library": lambda network=network: _here(network.here_by_default())},
            peers={
                "reservoirpy, NumPy": lambda network=network: _reservoirpy(network),
                "rclib, C++: its own weights": lambda network=network: _rclib(network),
            },
        )
    for name in () if quick else ("LTCLiquid", "CTRNNLiquid", "LIFLiquid"):
        ours = {"this library": lambda name=name: _here(_liquid(name))}
        yield Comparison(f"{name}, 1000 units", "us a row", N_ROWS, ours)


def _liquid(name):
    import reservoir

    return getattr(reservoir, name)(1000, random_state=0)


def _here(reservoir):
    X = uniform_series(N_ROWS)
    reservoir.fit(X)

    def run():
        state = None
        for t in range(N_ROWS):
            _, state = reservoir.run(X[t : t + 1], state)

    return run


def _reservoirpy(network):
    X, node = uniform_series(N_ROWS), network.in_reservoirpy()
    node.run(X[:1])

    def run():
        for row in X:
            node(row)

    return run


def _rclib(network):
    X, model = uniform_series(N_ROWS), network.in_rclib()
    model.fit(X, X[:, :1])

    def run():
        for t in range(N_ROWS):
            model.predict_online(X[t : t + 1])

    return run
