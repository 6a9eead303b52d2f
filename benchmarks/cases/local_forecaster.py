"""Forecast a field by local reservoirs: fit to 1000 rows of noise-free waves, and steps of the closed loop.

Patches of 8 points see 6 more on either side, through reservoirs with 3 connections a unit; every second state is
squared. OpenReservoirComputing (`ESNForecaster` with `chunks` and `locality`) gives every patch a reservoir and a
readout of its own, as this library does with ``shared=False``; it draws its own weights, and compiles what it runs
before it is timed. ResDAG (`parallel_esn`) gives all patches one of both, as ``shared=True`` does. It is given the
weights of this library, dense or sparse, and its readout the states without squares, which it has not.
"""

import numpy as np

from benchmarks.comparison import Comparison

PATCH, HALO, DEGREE, N_TRAIN, N_STEPS, ALPHA = 8, 6, 3, 1000, 500, 1e-4


def comparisons(quick):
    sizes = ((4, 20),) if quick else ((16, 200), (64, 200), (64, 500))
    for n_patches, n_units in sizes:
        work = f"{n_patches} patches of {n_units} units"
        sizes = {"n_patches": n_patches, "n_units": n_units}
        yield Comparison(
            f"fit: {work}",
            "ms a patch",
            n_patches,
            ours={
                "this library, each its own": lambda sizes=sizes: _fit_here(shared=False, **sizes),
                "this library, shared": lambda sizes=sizes: _fit_here(shared=True, **sizes),
            },
            peers={
                "OpenReservoirComputing, JAX": lambda sizes=sizes: _fit_there(**sizes),
                "ResDAG, torch: dense": lambda sizes=sizes: _fit_in_resdag(sparse=False, **sizes),
                "ResDAG, torch: sparse": lambda sizes=sizes: _fit_in_resdag(sparse=True, **sizes),
            },
        )
        yield Comparison(
            f"closed loop: {work}",
            "us a step",
            N_STEPS,
            ours={
                "this library, each its own": lambda sizes=sizes: _forecast_here(shared=False, **sizes),
                "this library, shared": lambda sizes=sizes: _forecast_here(shared=True, **sizes),
            },
            peers={
                "OpenReservoirComputing, JAX": lambda sizes=sizes: _forecast_there(**sizes),
                "ResDAG, torch: dense": lambda sizes=sizes: _forecast_in_resdag(sparse=False, **sizes),
                "ResDAG, torch: sparse": lambda sizes=sizes: _forecast_in_resdag(sparse=True, **sizes),
            },
        )


def _field(n_patches):
    t, x = np.arange(N_TRAIN)[:, np.newaxis], 2 * np.pi / 32 * np.arange(n_patches * PATCH)
    return np.sin(x - 0.2 * t) + 0.5 * np.cos(2 * x + 0.33 * t)


def _forecaster(n_units, shared):
    from readouts import RidgeReadout
    from reservoir import EchoStateReservoir, LocalForecaster

    reservoir = EchoStateReservoir(
        n_units, degree=DEGREE, leak_rate=1.0, spectral_radius=0.6, input_scaling=0.5, bias_scaling=0.0, random_state=1
    )
    return LocalForecaster(
        reservoir, RidgeReadout(ALPHA), patch=PATCH, halo=HALO, shared=shared, squares=True, passthrough=False
    )


def _fit_here(n_patches, n_units, shared):
    field = _field(n_patches)
    return lambda: _forecaster(n_units, shared).fit(field)


def _forecast_here(n_patches, n_units, shared):
    forecaster = _forecaster(n_units, shared).fit(_field(n_patches))
    return lambda: forecaster.forecast(N_STEPS)


def _there(n_patches, n_units):
    """Return the model of the peer, its function that trains, and the field."""
    import jax

    jax.config.update("jax_enable_x64", True)  # before it is imported, as its documentation says
    from orc.forecaster import ESNForecaster, train_ESNForecaster

    model = ESNForecaster(
        data_dim=n_patches * PATCH,
        res_dim=n_units,
        chunks=n_patches,
        locality=HALO,
        leak_rate=1.0,
        bias=0.0,
        embedding_scaling=0.5,
        Wr_density=DEGREE / n_units,
        Wr_spectral_radius=0.6,
        quadratic=True,
        use_sparse_eigs=n_units >= 100,
        seed=1,
    )
    return model, train_ESNForecaster, jax.numpy.asarray(_field(n_patches))


def _fit_there(n_patches, n_units):
    import jax

    model, train, field = _there(n_patches, n_units)
    run = lambda: jax.block_until_ready(train(model, field, spinup=100, beta=ALPHA))  # noqa: E731
    run()
    return run


def _forecast_there(n_patches, n_units):
    model, train, field = _there(n_patches, n_units)
    model, states = train(model, field, spinup=100, beta=ALPHA)
    run = lambda: model.forecast(N_STEPS, states[-1]).block_until_ready()  # noqa: E731
    run()
    return run


def _in_resdag(n_patches, n_units, sparse):
    """Return the model of ResDAG with the weights of this library, and the field."""
    import torch
    from resdag.models import parallel_esn

    reservoir = _forecaster(n_units, shared=True).reservoir.fit(np.zeros((1, PATCH + 2 * HALO)))
    own, around = np.split(reservoir.input_weights_, [PATCH], axis=1)  # here in the order of the grid
    input_weights = np.hstack([around[:, :HALO], own, around[:, HALO:]])
    model = parallel_esn(
        n_patches * PATCH,
        PATCH,
        HALO,
        n_units,
        topology=lambda n_units: reservoir.recurrent_weights_.toarray(),
        feedback_initializer=lambda n_units, n_seen: input_weights,
        bias=False,
        readout_alpha=ALPHA,
        dtype=torch.float64,
        sparse=sparse,
    )
    return model, torch.from_numpy(_field(n_patches))[None]


def _fit_in_resdag(n_patches, n_units, sparse):
    model, field = _in_resdag(n_patches, n_units, sparse)
    return lambda: model.fit(field[:, :100], field[:, 100:-1], field[:, 101:])


def _forecast_in_resdag(n_patches, n_units, sparse):
    model, field = _in_resdag(n_patches, n_units, sparse)
    model.fit(field[:, :100], field[:, 100:-1], field[:, 101:])
    states = model.get_state()  # before the last row

    def run():
        model.set_state(states)
        return model.forecast(field[:, :0], horizon=N_STEPS, initial_feedback=field[:, -1:], reset=False)[0].numpy()

    return run
