"""Epochs of scikit-learn's SGDClassifier on the cells of bench/scale-data.py: PATH=/usr/bin:$PATH python3 bench/scale-sgd.py FOLDER EPOCHS."""
import json
import sys
import time

import h5py
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

with h5py.File(f"{sys.argv[1]}/cells.h5ad") as file:
    x = file["X"]
    matrix = csr_matrix((x["data"][:], x["indices"][:], x["indptr"][:]), shape=tuple(x.attrs["shape"]))
    labels = file["obs/cell_type/codes"][:]
held = np.random.default_rng(2).random(len(labels)) < 0.33
train, test = matrix[~held], matrix[held]
model = SGDClassifier(loss="log_loss", random_state=1)
seconds = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter(), time.process_time()
    model.partial_fit(train, labels[~held], classes=np.arange(10))
    seconds.append([time.perf_counter() - start[0], time.process_time() - start[1]])
print(json.dumps({"seconds": seconds, "accuracy": model.score(test, labels[held])}))
