"""Models as ONNX graphs: one file for each kind of node group, which `reservoir.interop.to_onnx` puts together."""
