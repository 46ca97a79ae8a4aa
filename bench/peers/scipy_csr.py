"""python3 scipy_csr.py [--repeats N]: scipy's CSR (3000 x 3000, 120,000 entries: a hidden layer of configuration b) times 3000 x 32, float32."""

import argparse
import platform

import numpy as np
import scipy
import scipy.sparse

from common import connections, measure, report

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--repeats", type=int, default=5)
repeats = parser.parse_args().repeats

n, batch = 3000, 32
rng = np.random.default_rng(1)
cells = connections(n, n, rng)
values = rng.standard_normal(len(cells), dtype=np.float32)
matrix = scipy.sparse.csr_matrix((values, (cells // n, cells % n)), shape=(n, n))
x = rng.standard_normal((n, batch), dtype=np.float32)
error = np.abs(matrix @ x - matrix.toarray() @ x).max()
assert (matrix @ x).dtype == np.float32 and error < 1e-3, f"the product is off by {error}"
times = measure(lambda: matrix @ x, repeats)
report(system="scipy-csr", version=scipy.__version__, backend="python", adapter="cpu", what="spmm", **times,
       threads=1, host=f"Python {platform.python_version()}", density=len(cells) / n**2, batch=batch)
