#!/usr/bin/env bash
# A regressor of scikit-learn with two outputs, `MLPRegressor`, converted by skl2onnx 1.20.0 and run by onnxruntime 1.32.0.
#
# One would expect an ONNX graph that returns what `predict` does, a row of two numbers for each row of features, as graphs
# of Ridge do. The graph of the network is made and checked without an error, and returns a single column, with all numbers one
# below the other, for twice as many rows. Whoever takes the column for the first output, or zips it with the rows, gets
# numbers of other rows. Reshape it to (-1, 2).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq skl2onnx==1.20.0 onnx==1.20.1 onnxruntime==1.32.0 scikit-learn==1.7.2 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
Ridge         predict (200, 2)  ONNX (200, 2)
MLPRegressor  predict (200, 2)  ONNX (400, 1)
reshaped to two columns, they are those of predict: True
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor

random = np.random.RandomState(0)
X = random.standard_normal((200, 3)).astype(np.float32)
Y = np.column_stack([X.sum(axis=1), X[:, 0] - X[:, 1]])
for model in Ridge(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=50, random_state=0):
    graph = to_onnx(model.fit(X, Y), X[:1])
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"X": X})
    print(f"{type(model).__name__:13s} predict {model.predict(X).shape}  ONNX {found.shape}")
same = np.allclose(found.reshape(-1, 2), model.predict(X), atol=1e-4)
print("reshaped to two columns, they are those of predict:", same)
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the graph of an MLPRegressor with two outputs returns one column."
