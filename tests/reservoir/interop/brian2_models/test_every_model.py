import subprocess
import sys

import reservoir
from reservoir.interop.brian2_models.every_model import RULES, brian2_model
from reservoir.spiking import Neuron


def test_every_model_of_the_library_has_its_equations():
    public = (getattr(reservoir, name) for name in reservoir.__all__)
    models = {one for one in public if isinstance(one, type) and issubclass(one, Neuron) and one is not Neuron}
    assert models <= set(brian2_model.registry)
    assert len(RULES) == len(models)


def test_brian2_is_not_imported():
    program = "import sys; import reservoir.interop.brian2_models.every_model; assert 'brian2' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
