import subprocess
import sys

from reservoir.interop.onnx_graph.every_rule import RULES, add_model
from reservoir.interop.onnx_graph.step_rule import step_rule


def test_every_class_has_its_rule():
    reservoirs = {kind.__name__ for kind in step_rule.registry}
    assert reservoirs >= {"CTRNNLiquid", "CfCLiquid", "EchoStateReservoir", "LTCLiquid", "NVAR", "StackedReservoir"}
    models = {kind.__name__ for kind in add_model.registry}
    assert models >= {"Forecaster", "PerSequence", "Pipeline", "ReservoirRegressor", "SequenceEncoder"}
    assert all(rule.__name__.endswith("_nodes") for rule in RULES)


def test_converters_know_them_alone_and_no_optional_package_is_imported():
    program = (
        "import sys; from reservoir.interop import register_onnx_converters; "
        "from reservoir.interop.onnx_graph.step_rule import step_rule; "
        "assert len(step_rule.registry) == 10; assert not {'onnx', 'skl2onnx', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
