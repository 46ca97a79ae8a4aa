"""python3 page-models.py FOLDER [SPLITS]: writes tables of scikit-learn's data with ids; with SPLITS, {table: numbers of test samples}, prints
what scikit-learn's models come to on these, as JSON: test/long/page-tasks.test.ts."""
import json, pathlib, sys, warnings
import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.metrics import f1_score, r2_score
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
diabetes, linnerud, digits = datasets.load_diabetes(), datasets.load_linnerud(), datasets.load_digits()
x, y = datasets.make_multilabel_classification(600, n_features=20, n_classes=5, random_state=0)
tables = {
    "diabetes": (diabetes.data, diabetes.feature_names, diabetes.target.reshape(-1, 1), ["target"]),
    "linnerud": (linnerud.data, linnerud.feature_names, linnerud.target, linnerud.target_names),
    "labels": (x, [f"f{j}" for j in range(20)], y, [f"label{j}" for j in range(5)]),
    "digits": (digits.data / 16, [f"pixel{j}" for j in range(64)], np.empty((len(digits.data), 0)), []),
}
ridge = lambda: RidgeCV(np.logspace(-3, 3, 13))
forest = lambda: RandomForestRegressor(200, random_state=0)
logistic = lambda: MultiOutputClassifier(LogisticRegressionCV(Cs=10, cv=5, max_iter=1000))


def scores(name, x, y, train, test):
    if name == "digits":
        pca = PCA(16).fit(x[train])
        z = pca.inverse_transform(pca.transform(x[test]))
        return {"PCA": float(1 - ((x[test] - z) ** 2).sum() / ((x[test] - x[test].mean(0)) ** 2).sum())}
    score = (lambda t, p: f1_score(t, p, average="micro")) if name == "labels" else r2_score
    models = {"logistic": logistic} if name == "labels" else {"ridge": ridge, "forest": forest}
    fitted = {kind: make_pipeline(StandardScaler(), make()).fit(x[train], y[train]) for kind, make in models.items()}
    return {kind: float(score(y[test], model.predict(x[test]).reshape(len(test), -1))) for kind, model in fitted.items()}


if len(sys.argv) > 2:
    splits = json.loads(pathlib.Path(sys.argv[2]).read_text())
    told = {}
    for name, test in splits.items():
        x, _, y, _ = tables[name]
        told[name] = scores(name, x, y, np.setdiff1d(np.arange(len(x)), test), test)
    print(json.dumps(told))
else:
    for name, (x, features, y, targets) in tables.items():
        ids = [f"s{i + 1}" for i in range(len(x))]
        rows = [[i, *map(repr, map(float, row)), *map("{:g}".format, own)] for i, row, own in zip(ids, x, y)]
        lines = [",".join(row) for row in [["id", *features, *targets], *rows]]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
