"""python3 pytorch.py --variant VARIANT [--config a|b] [--threads N] [--repeats N]: a training step of PyTorch on the CPU.

dense      nn.Linear and torch.optim.SGD
masked     the same, the weights multiplied by a 0/1 mask after each step
coo        torch.sparse.mm with COO weights and its own autograd
coo-gather torch.sparse.mm forward and for the input's gradient; the weights' gradient only where there are connections
csr-gather the same with CSR weights
"""

import argparse
import platform

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


class SparseProduct(torch.autograd.Function):
    """W x for W [m x n] with `values` at (rows, cols) and x [n x batch]; the gradient of the values is taken at these cells alone."""

    @staticmethod
    def forward(ctx, values, x, layer):
        ctx.save_for_backward(values, x)
        ctx.layer = layer
        return layer.matrix(values) @ x

    @staticmethod
    def backward(ctx, dy):
        values, x = ctx.saved_tensors
        layer = ctx.layer
        d_values = torch.einsum("ib,ib->i", dy.index_select(0, layer.rows), x.index_select(0, layer.cols))
        d_x = layer.transposed(values) @ dy if ctx.needs_input_grad[1] else None
        return d_values, d_x, None


class SparseLayer(torch.nn.Module):
    def __init__(self, weights, rng, layout):
        super().__init__()
        n, m = weights.shape
        cells = connections(n, m, rng)
        self.shape, self.layout = (m, n), layout
        self.rows, self.cols = torch.from_numpy(cells // n), torch.from_numpy(cells % n)
        self.order = torch.from_numpy(np.lexsort((cells // n, cells % n)))  # by column: the transpose's rows
        values = torch.from_numpy(weights.T.reshape(-1)[cells])
        if layout == "coo":
            self.values = torch.nn.Parameter(torch.sparse_coo_tensor(torch.stack([self.rows, self.cols]), values, self.shape).coalesce())
        else:
            self.values = torch.nn.Parameter(values)
        self.bias = torch.nn.Parameter(torch.zeros(m, 1))

    def build(self, values, rows, cols, shape):
        if self.layout == "coo-gather":
            matrix = torch.sparse_coo_tensor(torch.stack([rows, cols]), values, shape)
            return matrix._coalesced_(True)
        starts = torch.zeros(shape[0] + 1, dtype=torch.int64)
        starts[1:] = torch.bincount(rows, minlength=shape[0]).cumsum(0)
        return torch.sparse_csr_tensor(starts, cols, values, shape)

    def matrix(self, values):
        return self.build(values, self.rows, self.cols, self.shape)

    def transposed(self, values):
        order = self.order
        return self.build(values[order], self.cols[order], self.rows[order], self.shape[::-1])

    def forward(self, x):
        if self.layout == "coo":
            return torch.sparse.mm(self.values, x) + self.bias
        return SparseProduct.apply(self.values, x, self) + self.bias


class Sparse(torch.nn.Module):
    """Erdos-Renyi layers; activations are [neurons x batch]."""

    def __init__(self, weights, layout):
        super().__init__()
        rng = np.random.default_rng(1)
        self.layers = torch.nn.ModuleList(SparseLayer(w, rng, layout) for w in weights)

    def project(self):
        pass

    def forward(self, x):
        x = x.T.contiguous()
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x).T


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", choices=["dense", "masked", "coo", "coo-gather", "csr-gather"], default="dense")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="a")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="default: all cores")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

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
    ms, count = measure(step, options.repeats)
    after = loss()
    assert after < before, f"the loss went from {before} to {after}: this is no training"
    report(system=f"pytorch-{options.variant}", version=torch.__version__, backend="python", adapter="cpu", config=options.config,
           what="step", msPerStep=ms, threads=options.threads, host=f"Python {platform.python_version()}", steps=count, loss=[before, after])


main()
