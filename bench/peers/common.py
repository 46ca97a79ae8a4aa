"""What the Python peers share: the configurations and starting values of configs.mjs, the timing, and the line that run.mjs prints."""

import json
import time

import numpy as np

CONFIGS = {"a": ([784, 1000, 1000, 1000, 10], 128), "b": ([3312, 3000, 3000, 3000, 5], 32)}
LEARNING_RATE, MOMENTUM, EPSILON = 0.01, 0.9, 20


class Generator:
    """The numbers of configs.mjs's generator(seed) (mulberry32), many at a time."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, length, limit):
        step = np.uint32(0x6D2B79F5)
        s = np.uint32(self.state) + step * np.arange(1, length + 1, dtype=np.uint32)
        self.state = int(s[-1])
        t = (s ^ (s >> 15)) * (s | 1)
        t ^= t + (t ^ (t >> 7)) * (t | 61)
        return ((2 * ((t ^ (t >> 14)) / 2**32) - 1) * limit).astype(np.float32)


def start(config):
    """(weights [in x out] per layer, x [batch x in], labels [batch]) of a configuration: the values that the JavaScript peers start from."""
    sizes, batch = CONFIGS[config]
    random = Generator(1)
    weights = [random.uniform(n * m, (6 / n) ** 0.5).reshape(n, m) for n, m in zip(sizes, sizes[1:])]
    x = random.uniform(batch * sizes[0], 3**0.5).reshape(batch, sizes[0])
    return weights, x, np.arange(batch) % sizes[-1]


def connections(n, m, rng):
    """Sorted cells (row-major, of m x n) of an Erdos-Renyi layer with n inputs and m outputs: epsilon (n + m) of them, at most all."""
    nnz = min(n * m, round(EPSILON * (n + m)))
    return np.sort(rng.choice(n * m, nnz, replace=False))


def timed(step, steps):
    """Mean (ms, CPU ms of all threads) of `steps` calls."""
    begin, cpu = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    return 1000 * (time.perf_counter() - begin) / steps, 1000 * (time.process_time() - cpu) / steps


def measure(step, repeats, seconds=0.3):
    """What report() says of the time: after a warm-up repeat, each repeat of as many calls as fit in `seconds`, 1 to 1000."""
    step()
    count = max(1, min(1000, int(1000 * seconds / timed(step, 2)[0])))
    timed(step, count)
    runs = [timed(step, count) for _ in range(repeats)]
    return {"msPerStep": [round(ms, 4) for ms, _ in runs], "cpuMsPerStep": round(min(cpu for _, cpu in runs), 4), "steps": count}


def report(**line):
    print(json.dumps(line), flush=True)
