#!/usr/bin/env bash
# The simulated plants of gymnasium 1.4.0, `CartPole-v1` and `Pendulum-v1`, whose mass is changed while they run.
#
# Masses and lengths are attributes of the environment, and adaptive controllers are tested by changing them in the middle
# of a run. One would expect the physics to follow. In CartPole only half of it does: the sum of the masses and the
# product of mass and length are computed once, when the environment is made, and the step reads those beside the new
# mass. With a pole of 1 kg instead of .1 kg, a push of one step turns the pole nearly four times as fast as physics has it.
#
# And `make` returns wrappers: setting `env.m` of Pendulum sets an attribute of the outermost wrapper, without a word, and
# the pendulum stays as heavy as it was. Set `env.unwrapped.m`, and after `masspole` or `length` of CartPole compute
# `total_mass` and `polemass_length` anew; else a controller is praised for its adaptation to a plant that has not changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq gymnasium==1.4.0 numpy==2.4.6

cat >expected <<'END'
CartPole, speed of the pole after one push to the right, rad/s
  pole of .1 kg, as made                             -0.260
  masspole = 1.0                                     -0.745
  total_mass and polemass_length computed anew, too  -0.191
Pendulum, after env.m = 5.0: the wrapper says 5.0, the pendulum 1.0
END
venv/bin/python - >seen <<'END'
import gymnasium
import numpy as np

cart = gymnasium.make("CartPole-v1").unwrapped
cart.reset(seed=0)


def speed_after_push():
    cart.state = np.array([0.0, 0.0, 0.1, 0.0])
    cart.step(1)
    return cart.state[3]


print("CartPole, speed of the pole after one push to the right, rad/s")
print(f"  pole of .1 kg, as made                             {speed_after_push():.3f}")
cart.masspole = 1.0
print(f"  masspole = 1.0                                     {speed_after_push():.3f}")
cart.total_mass = cart.masscart + cart.masspole
cart.polemass_length = cart.masspole * cart.length
print(f"  total_mass and polemass_length computed anew, too  {speed_after_push():.3f}")

pendulum = gymnasium.make("Pendulum-v1")
pendulum.m = 5.0
print(f"Pendulum, after env.m = 5.0: the wrapper says {pendulum.m}, the pendulum {pendulum.unwrapped.m}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: plants of gymnasium 1.4.0 follow a change of their mass by half, or not at all."
