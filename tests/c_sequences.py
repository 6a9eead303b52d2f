"""Models of whole sequences in C, compiled and run on this machine."""

import subprocess

import numpy as np
from c_programs import compile_c

# A number of rows and the rows come in, sequence after sequence; what `result` and `class` return and the outputs go
# out, after every sequence, or, if the number is negative, after every row.
HARNESS = """
#include "{name}.h"
#include <stdio.h>
#include <stdlib.h>

{class_of}

static void answer({name}_state *state)
{{
    {name}_real y[{upper}_OUTPUTS] = {{0}};
    int32_t said[2];
    said[0] = {name}_result(state, y);
    said[1] = CLASS_OF(y);
    fwrite(said, sizeof said, 1, stdout);
    fwrite(y, sizeof y, 1, stdout);
}}

int main(void)
{{
    static {name}_state state;
    {name}_real u[{upper}_INPUTS];
    int32_t n_rows;
    while (fread(&n_rows, sizeof n_rows, 1, stdin) == 1) {{
        {name}_init(&state);
        for (int i = 0; i < abs(n_rows); i++) {{
            if (fread(u, sizeof u, 1, stdin) != 1 || ({name}_step(&state, u) && !PASSING_OVER)) {{
                return 1;
            }}
            if (n_rows < 0) {{
                answer(&state);
            }}
        }}
        if (n_rows >= 0) {{
            answer(&state);
        }}
    }}
    return 0;
}}
"""


def results_in_c(files, sequences, *flags, dtype="float64", every_row=False, passing_over=False):
    """Return what a model makes of sequences, or of every row of them: what is returned, the class, and the outputs.

    A row that is refused is an error, unless such rows are passed over.
    """
    name = files.source.stem
    has_classes = f"int {name}_class(" in files.header.read_text()
    macro = f"#define CLASS_OF(y) {f'{name}_class(y)' if has_classes else '-1'}"
    macro += f"\n#define PASSING_OVER {int(passing_over)}"
    harness = HARNESS.replace("{class_of}", macro)
    program = compile_c(files, *flags, harness=harness)
    given = b"".join(
        np.int32(-len(x) if every_row else len(x)).tobytes() + np.ascontiguousarray(x, dtype).tobytes()
        for x in sequences
    )
    done = subprocess.run([str(program)], input=given, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    kind = np.dtype([("said", np.int32), ("chosen", np.int32), ("outputs", dtype, (files.n_outputs,))])
    results = np.frombuffer(done.stdout, kind)
    return results["said"], results["chosen"], results["outputs"].reshape(len(results), files.n_outputs)
