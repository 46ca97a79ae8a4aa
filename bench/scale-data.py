"""Writes the files that bench/scale.mjs trains on and reads: PATH=/usr/bin:$PATH python3 bench/scale-data.py FOLDER [SHARE].

cells.h5ad is AnnData by its specification (encoding 0.1.0), written by h5py as anndata is not everywhere: X [cells, genes] CSR of 32-bit floats with
3 % of values and 32-bit indices, obs with a categorical cell_type of ten classes that shift the means of some genes, and a donor. table.csv has
rows of 200 numbers of five decimals and a class. SHARE 1 makes 100,000 cells x 30,000 genes, and 500 MB of text.
"""
import sys
from pathlib import Path

import h5py
import numpy as np

folder, share = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)
cells, genes, classes, of_cell = int(100_000 * share), 30_000, 10, 900
text = h5py.string_dtype()


def encode(group, kind, version):
    group.attrs["encoding-type"], group.attrs["encoding-version"] = kind, version


def texts(group, name, values):
    encode(group.create_dataset(name, data=np.array(values, dtype=object), dtype=text), "string-array", "0.2.0")


with h5py.File(folder / "cells.h5ad", "w") as file:
    encode(file, "anndata", "0.1.0")
    x = file.create_group("X")
    encode(x, "csr_matrix", "0.1.0")
    x.attrs["shape"] = np.array([cells, genes])
    nnz = cells * of_cell
    data = x.create_dataset("data", (nnz,), "f4", chunks=(2**18,))
    indices = x.create_dataset("indices", (nnz,), "i4", chunks=(2**18,))
    x.create_dataset("indptr", data=np.arange(0, nnz + 1, of_cell, dtype="i8"))
    labels = random.integers(0, classes, cells)
    step = 1000
    for start in range(0, cells, step):
        # a gene in each of 900 strata of about 33 genes: distinct, ascending, and everywhere
        edges = np.linspace(0, genes, of_cell + 1).astype("i4")
        columns = random.integers(edges[:-1], edges[1:], (step, of_cell), dtype="i4")
        marks = columns % (7 * classes) == labels[start : start + step, None]
        values = random.poisson(1.0, (step, of_cell)) + 1 + 3 * marks
        at = slice(start * of_cell, (start + step) * of_cell)
        data[at], indices[at] = np.log1p(values).astype("f4").ravel(), columns.ravel()
    obs, var = file.create_group("obs"), file.create_group("var")
    for group, names, order in [(obs, [f"c{i}" for i in range(cells)], ["cell_type", "donor"]), (var, [f"g{j}" for j in range(genes)], [])]:
        encode(group, "dataframe", "0.2.0")
        group.attrs["_index"] = "_index"
        group.attrs.create("column-order", order, dtype=text)
        texts(group, "_index", names)
    for name, codes, categories in [
        ("cell_type", labels, [f"type {k}" for k in range(classes)]),
        ("donor", random.integers(0, 8, cells), [f"d{k}" for k in range(8)]),
    ]:
        column = obs.create_group(name)
        encode(column, "categorical", "0.2.0")
        column.attrs["ordered"] = False
        column.create_dataset("codes", data=codes.astype("i1"))
        texts(column, "categories", categories)

wanted, columns = int(500e6 * share), 200
with open(folder / "table.csv", "w") as table:
    written = table.write(",".join([f"g{j}" for j in range(columns)]) + ",class\n")
    while written < wanted:
        kinds = random.integers(0, 3, 500)
        block = random.normal(0, 2, (500, columns)) + (np.arange(columns) % 3 == kinds[:, None])
        written += table.write("".join(",".join(f"{v:.5f}" for v in row) + f",kind {k}\n" for row, k in zip(block, kinds)))
