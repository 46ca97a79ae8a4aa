"""SET_REPO=checkout python3 set_numba.py [--config a|b] [--repeats N] [--threads N]: a training step of SET's authors' own program.

SET_REPO is a checkout of github.com/SelimaC/large-scale-sparse-neural-networks, whose set_mlp_sequential.py (scipy's CSR and numba) is the
fastest that its authors publish. It has no licence file, so nothing of it is kept here. Its weights are float64, as it makes them.
"""

import argparse
import os
import platform
import sys
import types

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--config", choices=["a", "b"], default="a")
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--threads", type=int)
options = parser.parse_args()

repo = os.environ.get("SET_REPO")
if not repo:
    sys.exit("error: SET_REPO is not set: give the path of a checkout of github.com/SelimaC/large-scale-sparse-neural-networks")

import numba
import numpy as np

from common import CONFIGS, EPSILON, LEARNING_RATE, MOMENTUM, measure, report, start

# What the step does not need, and what would ask for Keras and psutil.
for name, names in {"utils.load_data": ["load_fashion_mnist_data"], "wasap_sgd.train.monitor": ["Monitor"]}.items():
    sys.modules[name] = types.ModuleType(name)
    for attribute in names:
        setattr(sys.modules[name], attribute, None)
sys.path.insert(0, repo)
from set_mlp_sequential import SET_MLP
from utils.nn_functions import CrossEntropy, Relu, Softmax

if options.threads:
    numba.set_num_threads(options.threads)
np.random.seed(1)
sizes, _ = CONFIGS[options.config]
_, x, labels = start(options.config)
one_hot = np.eye(sizes[-1], dtype=np.float32)[labels]

stdout, sys.stdout = sys.stdout, sys.stderr  # it prints while it builds the network
network = SET_MLP(sizes, [Relu] * (len(sizes) - 2) + [Softmax], epsilon=EPSILON)
sys.stdout = stdout
network.loss, network.learning_rate, network.momentum, network.weight_decay = CrossEntropy(), LEARNING_RATE, MOMENTUM, 0.0


def step():
    z, a, masks = network._feed_forward(x)  # without dropout: its faster case
    network._back_prop(z, a, masks, one_hot)


def loss():
    return float(CrossEntropy.loss(one_hot, network._feed_forward(x)[1][len(sizes)]))


before = loss()
times = measure(step, options.repeats)
after = loss()
assert after < before, f"the loss went from {before} to {after}: this is no training"
report(system="set-numba", version=numba.__version__, backend="python", adapter="cpu", config=options.config, what="step",
       **times, threads=numba.get_num_threads(), host=f"Python {platform.python_version()}", loss=[before, after])
