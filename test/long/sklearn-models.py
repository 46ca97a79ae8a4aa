"""Prints scores of scikit-learn's models on random splits, and the data and splits, as JSON: test/long/sklearn.test.ts."""
import json, sys, warnings
import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.metrics import f1_score, r2_score
from sklearn.model_selection import ShuffleSplit
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
diabetes, linnerud = datasets.load_diabetes(), datasets.load_linnerud()
labels = datasets.make_multilabel_classification(600, n_features=20, n_classes=5, random_state=0)
sets = {
    "diabetes": (diabetes.data, diabetes.target.reshape(-1, 1), 5),
    "linnerud": (linnerud.data, linnerud.target, 20),
    "labels": (labels[0], labels[1], 5),
}
ridge = lambda: RidgeCV(np.logspace(-3, 3, 13))
logistic = lambda: MultiOutputClassifier(LogisticRegressionCV(Cs=10, cv=5, max_iter=1000))
models = {
    True: {"ridge": ridge, "forest": lambda: RandomForestRegressor(200, random_state=0)},
    False: {"logistic": logistic, "forest": lambda: RandomForestClassifier(200, random_state=0)},
}
told = {}
for name, (x, y, splits) in sets.items():
    numbers = name != "labels"
    score = (lambda t, p: r2_score(t, p)) if numbers else (lambda t, p: f1_score(t, p, average="micro"))
    runs = []
    for train, test in ShuffleSplit(splits, test_size=0.25, random_state=0).split(x):
        run = {"train": train.tolist(), "test": test.tolist()}
        for kind, make in models[numbers].items():
            model = make_pipeline(StandardScaler(), make()).fit(x[train], y[train])
            run[kind] = float(score(y[test], model.predict(x[test]).reshape(len(test), -1)))
        runs.append(run)
    told[name] = {"x": x.tolist(), "y": y.tolist(), "runs": runs}

x = datasets.load_digits().data / 16
explained = lambda x, z: float(1 - ((x - z) ** 2).sum() / ((x - x.mean(0)) ** 2).sum())
runs = []
for train, test in ShuffleSplit(5, test_size=0.25, random_state=0).split(x):
    pca = PCA(16).fit(x[train])
    mlp = MLPRegressor((16,), max_iter=300, random_state=0).fit(x[train], x[train])
    found = {"PCA": pca.inverse_transform(pca.transform(x[test])), "MLPRegressor": mlp.predict(x[test])}
    run = {"train": train.tolist(), "test": test.tolist()}
    runs.append(run | {kind: explained(x[test], z) for kind, z in found.items()})
told["digits"] = {"x": x.tolist(), "y": [], "runs": runs}
json.dump(told, sys.stdout)
