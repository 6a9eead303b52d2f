"""
Lane keeping by a liquid that imitates a driver
===============================================

A car follows winding roads. It is steered by a readout of a liquid time-constant network with the wiring of a neural
circuit policy, after Lechner et al. (2020); but here nothing is trained except the readout, by ridge regression on
what a driver does who knows everything. The liquid is given what a camera measures, late and with noise.

With Gaussian noise alone no liquid is needed: linear readouts of the last frames, without a reservoir, steer as
precisely, or better, and leave the lane less often where noise is stronger than in training. But lane detectors lock on
to wrong lines at times. Then the liquid steers three times as precisely as linear readouts, and hardly ever leaves the
lane. So does a multilayer perceptron of the last 8 frames, as long as wrong lines are not much more frequent than in
training.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import LTCLiquid
from reservoir.topology import AutoNCP

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
SEEDS, N_TRAIN, N_TEST, N_UNITS = range(5), 20, 8, 100  # roads for training, and for each kind of test
PERIOD, N_STEPS, SPEED, WHEELBASE = 0.05, 400, 15.0, 2.7  # s, steps of a drive of 20 s, m/s, m
DELAY, LAG, MOST = 4, 0.1, 0.5  # frames from the camera to the readout, s from command to wheels, rad of steering
LANE, WIDTH, AHEAD = 3.5, 1.8, np.array([5.0, 10.0, 15.0, 20.0, 30.0])  # m
GRID = 0.5  # m between points of a road


# %%
# The curvature of a road is linear between points that are 20 to 60 m apart, and its radius is never below 67 m. It is
# integrated to headings and places. All roads are driven at once, one in each row.
class Roads:
    def __init__(self, n_roads, random, copies=1):
        distance = np.arange(0, 1.1 * SPEED * PERIOD * N_STEPS + AHEAD[-1], GRID)
        knots = np.cumsum(random.uniform(20, 60, (n_roads, int(distance[-1] / 20))), axis=1)
        curvatures = random.uniform(-0.015, 0.015, knots.shape)
        roads = [np.interp(distance, *road) for road in zip(knots, curvatures, strict=True)]
        self.curvature = np.tile(roads, (copies, 1))
        self.heading = np.cumsum(self.curvature, axis=1) * GRID
        self.x = np.cumsum(np.cos(self.heading), axis=1) * GRID
        self.y = np.cumsum(np.sin(self.heading), axis=1) * GRID

    def at(self, name, distance):
        """Interpolate a property at distances along each road, of shape (n_roads, n_points)."""
        values, place = getattr(self, name), distance / GRID
        before = place.astype(int)
        road = np.arange(len(values))[:, None]
        return values[road, before] * (before + 1 - place) + values[road, before + 1] * (place - before)


# %%
# The car is a kinematic bicycle. Its offset and angle are those to the middle of the lane. The camera measures how far
# to the left the middle of the lane is, at five distances ahead of the car; noise grows with the distance, and is given
# for 10 m. While the lane detector is locked on to a wrong line, for 3 frames on average, all are off by a lane. Guard
# rails a lane's width from the middle hold a car that is lost. Gusts push the steering wheel while the driver is
# watched, so that the readout sees how to come back.
def camera(roads, travelled, offset, angle):
    def turn(x, y, by):
        return x * np.cos(by) + y * np.sin(by), y * np.cos(by) - x * np.sin(by)

    ahead = [roads.at(name, travelled + AHEAD) - roads.at(name, travelled) for name in "xy"]
    along, left = turn(*ahead, roads.at("heading", travelled))
    return turn(along, left - offset, angle)[1]


def drive(roads, noise, wrong, random, steer=None, gusts=0.0):
    """Return frames, the driver's commands and offsets, time first; the driver steers, or a function of the frames."""
    shape = len(roads.x), 1
    travelled, angle, wheels, gust, off = np.zeros((5, *shape))
    offset = random.uniform(-0.3, 0.3, shape)
    seen, frames, commands, offsets = [], [], [], []
    for _ in range(N_STEPS):
        seen.append(camera(roads, travelled, offset, angle))
        starts, ends = random.random(shape) < wrong / 3 / (1 - wrong), random.random(shape) < 1 / 3
        off = np.where(off == 0, starts * random.choice([-LANE, LANE], shape), off * ~ends)
        frames.append(seen[-DELAY - 1 :][0] + off + noise * AHEAD / 10 * random.standard_normal((*shape[:1], 5)))
        curvature = roads.at("curvature", travelled + SPEED * (LAG + PERIOD))
        commands.append(np.arctan(WHEELBASE * curvature) - 0.03 * offset - 0.25 * angle)
        offsets.append(offset[:, 0])
        command = commands[-1] if steer is None else steer(frames[-1])[:, None]
        gust = 0.9 * gust + gusts * random.standard_normal(shape)
        wheels = wheels + (np.clip(command, -MOST, MOST) + gust - wheels) * (1 - np.exp(-PERIOD / LAG))
        curvature = roads.at("curvature", travelled)
        step = PERIOD * SPEED * np.cos(angle) / (1 - curvature * offset)
        travelled = travelled + step
        offset = np.clip(offset + PERIOD * SPEED * np.sin(angle), -LANE, LANE)
        angle = np.clip(angle + PERIOD * SPEED * np.tan(wheels) / WHEELBASE - curvature * step, -1, 1)
    return np.array(frames), np.array(commands)[..., 0], np.array(offsets)


# %%
# What steers is a regressor of the states of a liquid and the frame, or of the last frames. Features are made drive by
# drive for the fit, and frame by frame, of all cars, while it steers.
class LiquidFeatures:
    def __init__(self, liquid):
        self.liquid = liquid

    def of_drive(self, frames):
        return np.hstack([self.liquid.transform(frames), frames])

    def start(self):
        states = {}

        def of_frames(frames):
            rows = np.empty((len(frames), self.liquid.n_features_out_))
            for car, frame in enumerate(frames):
                rows[car], states[car] = self.liquid.run(frame[None], states.get(car))
            return np.hstack([rows, frames])

        return of_frames


class LastFrames:
    def __init__(self, n_frames):
        self.n_frames = n_frames

    def of_drive(self, frames):
        steps = np.maximum(np.arange(len(frames))[:, None] - np.arange(self.n_frames), 0)
        return frames[steps].reshape(len(frames), -1)

    def start(self):
        last = []

        def of_frames(frames):
            last.insert(0, frames)
            del last[self.n_frames :]
            return np.hstack(last + last[-1:] * (self.n_frames - len(last)))

        return of_frames


def learn_to_steer(features, regressor, frames, commands):
    """Return a function that steers through one drive; frames to learn from come as (steps, drives, 5)."""
    mean, deviation, scale = frames.mean(axis=(0, 1)), frames.std(axis=(0, 1)), commands.std()
    drives = np.swapaxes((frames - mean) / deviation, 0, 1)
    regressor.fit(np.vstack([features.of_drive(drive)[20:] for drive in drives]), commands[20:].T.ravel() / scale)
    of_frames = features.start()
    return lambda frames: scale * regressor.predict(of_frames((frames - mean) / deviation))


def make_liquid(seed):
    wiring = AutoNCP(N_UNITS, output_size=4, seed=seed)
    return LTCLiquid(topology=wiring, input_scaling=2.0, random_state=seed).fit(np.zeros((1, AHEAD.size)))


# %%
# Two kinds of trouble, each with drivers of its own, who learn at its second level. The number of frames and the
# settings of the liquid were chosen on other roads, at the level of training. All are tested on the same new roads.
def make_perceptron(seed):
    settings = {"batch_size": 500, "early_stopping": True, "tol": 1e-3, "n_iter_no_change": 5, "random_state": seed}
    return MLPRegressor(hidden_layer_sizes=32, learning_rate_init=3e-3, **settings)


def make_drivers(seed):
    return {
        "no reservoir, one frame": (LastFrames(1), RidgeReadout(1.0)),
        "no reservoir, 40 frames": (LastFrames(40), RidgeReadout(1.0)),
        "no reservoir, MLP": (LastFrames(8), make_perceptron(seed)),
        "liquid": (LiquidFeatures(make_liquid(seed)), RidgeReadout(1.0)),
    }


troubles = {
    "Gaussian noise": [(noise, 0.0) for noise in (0.0, 0.2, 0.4, 0.8, 1.6)],
    "wrong lines": [(0.2, wrong) for wrong in (0.0, 0.1, 0.2, 0.35, 0.5)],
}
offsets = {trouble: {name: [] for name in make_drivers(0)} for trouble in troubles}
for trouble, levels in troubles.items():
    noise, wrong = np.repeat(levels, N_TEST, axis=0).T[..., None]
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        frames, commands, _ = drive(Roads(N_TRAIN, random), *levels[1], random, gusts=0.0045)
        new_roads = Roads(N_TEST, random, copies=len(levels))
        for name, (features, regressor) in make_drivers(seed).items():
            steer = learn_to_steer(features, regressor, frames, commands)
            frames_seen, _, offset = drive(new_roads, noise, wrong, np.random.default_rng(seed), steer)
            offsets[trouble][name].append(offset.reshape(N_STEPS, len(levels), N_TEST))


def error_and_share(offset):
    """Return the RMS offset in m, and the share of roads on which a wheel leaves the lane, of seeds and levels."""
    return np.sqrt(np.mean(offset**2, axis=(1, 3))), np.mean(np.abs(offset).max(axis=1) > (LANE - WIDTH) / 2, axis=2)


for trouble, levels in troubles.items():
    print(f"{trouble}, {len(SEEDS)} seeds of {N_TEST} roads: RMS offset in m (mean +- sd), share of roads left")
    print(" " * 25 + "".join(f"{noise:3.1f} m, {wrong:3.0%}        " for noise, wrong in levels))
    for name, runs in offsets[trouble].items():
        errors, shares = error_and_share(np.array(runs))
        cells = zip(errors.mean(axis=0), errors.std(axis=0), shares.mean(axis=0), strict=True)
        print(f"{name:25s}" + "".join(f"{mean:.2f} +- {spread:.2f} {share:4.0%}  " for mean, spread, share in cells))


# %%
# Above, one road of the last seed, with the frames of the liquid's drive. Below, what all drives come to.
figure = plt.figure(figsize=(7.4, 8.8), layout="constrained")
one, all_drives = figure.subfigures(2, height_ratios=(1, 1.45))
colours = dict(zip(make_drivers(0), ("0.5", "tab:orange", "black", "tab:blue"), strict=True))
styles = dict(zip(make_drivers(0), ("v:", "s--", "D-.", "o-"), strict=True))
above, below = one.subplots(2, sharex=True)
seconds, level, edge = PERIOD * np.arange(N_STEPS), 2, (LANE - WIDTH) / 2
above.plot(seconds, frames_seen[:, level * N_TEST, 1], ".", color="tab:red", markersize=4)
above.set(
    title="What the camera measures: wrong lines in one frame of five", ylabel="middle of the lane\n10 m ahead (m)"
)
above.set_yticks((-3.5, 0, 3.5))
below.axhspan(-edge, edge, color="0.9", label="all wheels in the lane")
for name in ("no reservoir, 40 frames", "liquid"):
    offset = offsets["wrong lines"][name][-1][:, level, 0]
    below.plot(seconds, offset, styles[name][1:], color=colours[name], label=name)
below.set(
    title="Where the car drives", xlabel="time (s)", ylabel="offset (m)", ylim=(-1.2, 1.9), xlim=(0, PERIOD * N_STEPS)
)
below.set_xticks(range(0, 21, 5))
below.legend(loc="upper center", ncols=3, fontsize=9)

panels = all_drives.subplots(2, 2, sharey="row")
labels = "Gaussian noise at 10 m (m)", "frames of a wrong line (%)"
for column, (trouble, levels) in enumerate(troubles.items()):
    sizes = np.array(levels)[:, column] * (1, 100)[column]
    for name, runs in offsets[trouble].items():
        errors, shares = error_and_share(np.array(runs))
        for axis, values in zip(panels[:, column], (errors, 100 * shares), strict=True):
            mean, spread = values.mean(axis=0), values.std(axis=0)
            axis.plot(sizes, mean, styles[name], color=colours[name], label=name, markersize=5)
            axis.fill_between(sizes, mean - spread, mean + spread, color=colours[name], alpha=0.2, linewidth=0)
    for axis in panels[:, column]:
        axis.axvline(sizes[1], color="0.3", linewidth=0.8)
        axis.set(xlabel=labels[column], xticks=sizes)
panels[0, 0].set(ylabel="RMS offset (m)", ylim=(0, 0.68))
panels[1, 0].set(ylabel="roads on which\nthe lane is left (%)", ylim=(-3, 103))
for axis, title in zip(panels[0], ("Noise alone", "Noise of 0.2 m and wrong lines"), strict=True):
    axis.set_title(title)
panels[1, 0].text(0.24, 92, "trained at this level", fontsize=9)
panels[0, 0].legend(loc="upper left", fontsize=9)
figure.savefig("lane_keeping.png", dpi=120)
print("figure saved to lane_keeping.png")
