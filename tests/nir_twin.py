"""A plain interpreter of NIR's equations, one grid point after the other, written from the table of its paper.

Pedersen and others, Nature Communications 15:8122, 2024: LI, LIF, IF and CubaLIF are ``tau dv/dt = v_leak - v + R I``,
``tau_syn dI/dt = w_in S - I``, ``dv/dt = R I``, and a spike where ``v > v_threshold``; Delay, Linear and Affine.
A spike is 1 for a step of ``dt``, an impulse of that area.
"""

import numpy as np
from scipy.linalg import expm

SPIKING = ("IF", "LIF", "CubaLIF")


def kind(node):
    return type(node).__name__


def flat(graph, prefix=""):
    """All nodes by their full names, and edges, in which a graph stands for its Input and Output."""
    nodes, edges = {}, []
    entry, leave = {}, {}
    for name, node in graph.nodes.items():
        full = prefix + name
        entry[name] = leave[name] = full
        if kind(node) == "NIRGraph":
            inner, more = flat(node, full + ".")
            nodes |= inner
            edges += more
            entry[name], leave[name] = f"{full}.input", f"{full}.output"
        else:
            nodes[full] = node
    edges += [(leave[a], entry[b]) for a, b in graph.edges]
    return nodes, edges


class Interpreter:
    """Runs a graph with one node that spikes; ``spikes(inputs)`` is 0 or 1 for every step and unit.

    Exact: linear equations by the exponential of their matrix; currents are held for a step, and spikes arrive at its
    end. Euler: as runtimes do, each node after those that lead to it, spikes of the step before coming back.
    """

    def __init__(self, graph, dt, integrator):
        self.nodes, self.edges = flat(graph)
        self.dt, self.integrator = dt, integrator
        (self.unit,) = [name for name, node in self.nodes.items() if kind(node) in SPIKING]
        node = self.nodes[self.unit]
        self.n = node.v_threshold.size
        self.v, self.z = np.array(node.metadata.get("initial_voltage", np.zeros(self.n))), np.zeros(self.n)
        self.filters = [name for name, node in self.nodes.items() if kind(node) == "LI"]
        own = [self.unit] if kind(node) == "CubaLIF" else []
        self.currents = {name: np.zeros(self.n) for name in self.filters + own}
        self.flow = None
        self.past = {name: [] for name, node in self.nodes.items() if kind(node) == "Delay"}

    def spikes(self, inputs):
        return np.array([self.step(one) for one in inputs])

    def step(self, x):
        self.x, self.now = np.asarray(x, float), {}
        if self.integrator == "euler":
            self.filter_spikes(leak=-1)
            return self.fire(self.moved_by_euler())
        z = self.fire(self.moved_exactly())
        self.now = {}
        self.filter_spikes(leak=0)
        return z

    def filter_spikes(self, leak):
        for name, current in self.currents.items():
            node = self.nodes[name]
            tau, gain = (node.tau_syn, node.w_in) if kind(node) == "CubaLIF" else (node.tau, node.r)
            self.currents[name] = current + self.dt / tau * (leak * current + gain * self.into(name))

    def total(self):
        return sum(self.currents.values(), np.zeros(self.n)) + self.held()

    def held(self):
        return np.zeros(self.n) if kind(self.nodes[self.unit]) == "CubaLIF" else self.into(self.unit)

    def into(self, name):
        return sum((self.out(a) for a, b in self.edges if b == name and a not in self.filters), 0.0)

    def out(self, name):
        if name not in self.now:
            self.now[name] = self.value(name)
        return self.now[name]

    def value(self, name):
        node = self.nodes[name]
        if name == self.unit:
            return self.z
        sources = [a for a, b in self.edges if b == name]
        if kind(node) == "Input" and not sources:
            return self.x
        signal = sum(self.out(a) for a in sources if a not in self.filters)
        if kind(node) == "Linear":
            return node.weight @ signal
        if kind(node) == "Affine":
            return node.weight @ signal + node.bias
        if kind(node) == "Scale":
            return node.scale * signal
        if kind(node) == "Delay":
            self.past[name].append(np.array(signal))
            steps = np.rint(np.broadcast_to(node.delay, signal.shape) / self.dt).astype(int)
            past = self.past[name]
            return np.array([past[-1 - d][i] if d < len(past) else 0.0 for i, d in enumerate(steps)])
        assert kind(node) in ("Input", "Output"), kind(node)
        return signal

    def moved_by_euler(self):
        node, total = self.nodes[self.unit], self.total()
        if kind(node) == "IF":
            return self.v + self.dt * node.r * total
        tau = node.tau_mem if kind(node) == "CubaLIF" else node.tau
        return self.v + self.dt / tau * (node.v_leak - self.v + node.r * total)

    def moved_exactly(self):
        """[v, held current, synaptic currents, 1] by the exponential of their matrix."""
        if self.flow is None:
            self.flow = np.array([expm(self.dt * self.rates(i)) for i in range(self.n)])
        held = self.held() * np.ones(self.n)
        state = np.stack([self.v, held, *self.currents.values(), np.ones(self.n)])
        state = np.einsum("ijk,ki->ji", self.flow, state)
        self.currents = dict(zip(self.currents, state[2:-1], strict=True))
        return state[0]

    def rates(self, i):
        node, n_currents = self.nodes[self.unit], len(self.currents)
        rates = np.zeros((n_currents + 3, n_currents + 3))
        tau = {"IF": lambda: np.inf, "LIF": lambda: node.tau[i], "CubaLIF": lambda: node.tau_mem[i]}[kind(node)]()
        rates[0, 1:-1] = node.r[i] / (1 if kind(node) == "IF" else tau)
        rates[0, 0], rates[0, -1] = -1 / tau, 0 if kind(node) == "IF" else node.v_leak[i] / tau
        for k, synapse in enumerate((self.nodes[name] for name in self.currents), 2):
            rates[k, k] = -1 / (synapse.tau_syn if kind(synapse) == "CubaLIF" else synapse.tau)[i]
        return rates

    def fire(self, v):
        node = self.nodes[self.unit]
        self.z = (v > node.v_threshold).astype(float)
        self.v = np.where(self.z > 0, node.v_reset, v)
        return self.z
