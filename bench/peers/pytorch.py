"""python3 pytorch.py --variant VARIANT [--config a|b] [--threads N] [--repeats N]: a training step of PyTorch on the CPU.

dense      nn.Linear and torch.optim.SGD
masked     the same, the weights multiplied by a 0/1 mask after each step
coo        torch.sparse.mm with COO weights and its own autograd
csr-gather CSR products forward and for the input's gradient; the weights' gradient from rows gathered for each connection
csr-pick   the same, the weights' gradient picked from its dense product
"""

import argparse
import platform
import warnings

import numpy as np
import torch
import torch.nn.functional as F

from common import CONFIGS, LEARNING_RATE, MOMENTUM, connections, measure, report, start


class Dense(torch.nn.Module):
    """Fully connected layers, with `masked` multiplied by an Erdos-Renyi mask after each step."""

    def __init__(self, weights, masked):
        super().__init__()
        self.layers = torch.nn.ModuleList(torch.nn.Linear(*w.shape) for w in weights)
        rng = np.random.default_rng(1)
        self.masks = []
        with torch.no_grad():
            for layer, w in zip(self.layers, weights):
                layer.weight.copy_(torch.from_numpy(w.T))
                layer.bias.zero_()
                if masked:
                    mask = np.zeros(w.size, dtype=np.float32)
                    mask[connections(*w.shape, rng)] = 1
                    self.masks.append(torch.from_numpy(mask.reshape(w.T.shape)))
        self.project()

    def project(self):
        with torch.no_grad():
            for layer, mask in zip(self.layers, self.masks):
                layer.weight.mul_(mask)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class CsrProduct(torch.autograd.Function):
    """W x for W [m x n] with `values` at layer.rows, layer.cols, and x [n x batch]; the values' gradient is dy x' at these cells."""

    @staticmethod
    def forward(ctx, values, x, layer):
        ctx.save_for_backward(values, x)
        ctx.layer = layer
        return torch.sparse_csr_tensor(*layer.by_row, values, layer.shape) @ x

    @staticmethod
    def backward(ctx, dy):
        values, x = ctx.saved_tensors
        layer = ctx.layer
        if layer.variant == "csr-gather":
            d_values = (dy.index_select(0, layer.rows) * x.index_select(0, layer.cols)).sum(1)
        else:
            d_values = (dy @ x.T).view(-1).index_select(0, layer.cells)
        if not ctx.needs_input_grad[1]:
            return d_values, None, None
        transposed = torch.sparse_csr_tensor(*layer.by_column, values.index_select(0, layer.order), layer.shape[::-1])
        return d_values, transposed @ dy, None


class SparseLayer(torch.nn.Module):
    """An Erdos-Renyi layer from `weights` [n x m] at its cells; its topology is laid out once, by row and by column."""

    def __init__(self, weights, rng, variant):
        super().__init__()
        n, m = weights.shape
        cells = connections(n, m, rng)
        self.shape, self.variant = (m, n), variant
        rows, cols, order = cells // n, cells % n, np.lexsort((cells // n, cells % n))
        self.cells, self.rows, self.cols, self.order = map(torch.from_numpy, (cells, rows, cols, order))
        self.by_row = starts(rows, m), self.cols
        self.by_column = starts(cols, n), self.rows[self.order]
        values = torch.from_numpy(weights.T.reshape(-1)[cells])
        if variant == "coo":
            values = torch.sparse_coo_tensor(torch.stack([self.rows, self.cols]), values, self.shape).coalesce()
        self.values = torch.nn.Parameter(values)
        self.bias = torch.nn.Parameter(torch.zeros(m, 1))

    def forward(self, x):
        product = torch.sparse.mm(self.values, x) if self.variant == "coo" else CsrProduct.apply(self.values, x, self)
        return product + self.bias


def starts(rows, count):
    """Where each of `count` rows starts in the sorted `rows`: CSR's row pointers."""
    return torch.from_numpy(np.concatenate([[0], np.bincount(rows, minlength=count).cumsum()]))


class Sparse(torch.nn.Module):
    """Erdos-Renyi layers; activations are [neurons x batch]."""

    def __init__(self, weights, variant):
        super().__init__()
        rng = np.random.default_rng(1)
        self.layers = torch.nn.ModuleList(SparseLayer(w, rng, variant) for w in weights)

    def project(self):
        pass

    def forward(self, x):
        x = x.T.contiguous()
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x).T


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", choices=["dense", "masked", "coo", "csr-gather", "csr-pick"], default="dense")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="a")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="default: all cores")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
    torch.set_flush_denormal(True)
    weights, x, labels = start(options.config)
    x, labels = torch.from_numpy(x), torch.from_numpy(labels)
    dense = options.variant in ("dense", "masked")
    model = Dense(weights, options.variant == "masked") if dense else Sparse(weights, options.variant)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
        model.project()

    def loss():
        with torch.no_grad():
            return F.cross_entropy(model(x), labels).item()

    before = loss()
    torch.set_num_threads(options.threads)
    times = measure(step, options.repeats)
    after = loss()
    assert after < before, f"the loss went from {before} to {after}: this is no training"
    report(system=f"pytorch-{options.variant}", version=torch.__version__, backend="python", adapter="cpu", config=options.config,
           what="step", **times, threads=options.threads, host=f"Python {platform.python_version()}", loss=[before, after])


main()
