/** What inputs are named by. */
export interface Inputs {
  readonly features: number;
  readonly featureNames?: readonly string[] | null;
  readonly imageShape?: readonly [number, number] | null;
}

/** The one name of input `j` (from 0) in the page and its files: the data's own, the place in a picture, or its number from 1. */
export function inputName({ featureNames, imageShape }: Omit<Inputs, "features">, j: number): string {
  if (featureNames) return featureNames[j];
  return imageShape ? `row ${Math.floor(j / imageShape[1]) + 1}, column ${(j % imageShape[1]) + 1}` : `feature ${j + 1}`;
}

/** What an adapter or a CPU device is called; "" where the browser says nothing. */
export function deviceName(info: {
  readonly vendor: string;
  readonly architecture: string;
  readonly description?: string;
}): string {
  return [info.vendor, info.architecture, info.description].filter(Boolean).join(" ");
}
