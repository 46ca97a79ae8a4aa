import { fitRobust } from "./robust.js";
import type { SampleMatrix } from "./sample-matrix.js";
import { fitStandardizer, type Standardizer, scaleBy } from "./standardize.js";

/** What inputs go through on their way to the network, by the samples of a training set that lack no value; null leaves them as they are. */
type Scale = (x: () => SampleMatrix, samples: number, features: number) => Standardizer | null;

/** The scales of inputs that have a name. */
export const SCALES = {
  standardize: (x, samples, features) => fitStandardizer(x(), samples, features),
  robust: (x, samples, features) => fitRobust(x(), samples, features),
  scale255: (_x, _samples, features) => scaleBy(features, 255),
  raw: () => null,
} satisfies Record<string, Scale>;

/** The name of a scale. */
export type ScaleName = keyof typeof SCALES;
