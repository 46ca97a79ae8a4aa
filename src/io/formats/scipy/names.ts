/** Value of `format` in model.json; the number grows when readers of the old one would misread the new. */
export const FORMAT = "coppice-npz/1";
/** Files beside those of the layers. */
export const [MODEL, INPUT] = ["model.json", "input.npz"];
/** The names of all files that `encodeScipy` writes. */
export const SCIPY_FILE = /^(layers\.\d+|input)\.npz$|^model\.json$/;
/** The name of a layer's file. */
export const layerFile = (i: number) => `layers.${i}.npz`;
