import { checkStandardizer } from "../../../data/standardize.js";
import { checkPieces, type OwnPiece } from "../../../methods/pieces.js";
import { type Member, validateState, withoutStates } from "../../../nn/state.js";
import { check, checkKeys, checkOneOf, checkText, isRecord } from "../../../util/check.js";
import type { OwnBytes } from "../../../util/types.js";
import { withAverages } from "../../folded.js";
import { type Json, parseConfig } from "../../json.js";
import {
  type MemberFields,
  modelFields,
  readKinds,
  readMembers,
  readModelFields,
  readSizes,
  readTraining,
  toJson,
} from "../../model-json.js";
import {
  checkAlike,
  checkConformal,
  checkModel,
  inFile,
  membersOf,
  type SavedModel,
  type TrainingState,
} from "../../saved-model.js";
import { layerTensors, readLayers, readOutputs, readSkip, skipTensors } from "./checkpoint-layers.js";
import { checkChecksums, withChecksums } from "./checksums.js";
import { QUANTISED, type Quantised, quantise, unquantise } from "./quantise.js";
import { countRecordParts, partRecords, readRecordPart } from "./record-parts.js";
import {
  type ByteSource,
  checkSource,
  decodeSafetensors,
  joinParts,
  safetensorsParts,
  type Tensor,
  type TensorData,
} from "./safetensors.js";
import { createShelf, type Shelf } from "./shelf.js";

/** Value of `__metadata__.format`; the number grows when readers of the old one would misread the new. */
const FORMAT = "coppice/1";
/** Of an ensemble, which readers of the other would take for no model. */
const ENSEMBLE = "coppice/2";
/** Of a model whose samples go through steps, which readers of the others would leave out. */
const PREPARED = "coppice/3";

/**
 * A model as one safetensors file.
 *
 * Tensors of layer i, counted from 0; W is [out, in]:
 * - a sparse layer: `layers.i.indptr` I32 [out + 1], `layers.i.indices` I32 [nnz], `layers.i.values` F32 [nnz] (CSR);
 * - a dense layer: `layers.i.weight` F32 [out, in];
 * - `layers.i.bias` F32 [out] and `layers.i.neurons` I32 [out] (original ids);
 * - `layers.i.srelu` F32 [4, out] (tl, al, tr, ar) where trained, and so on of other activations, by their names;
 * - of layers whose weights M members share `bias` and `scaleOut` F32 [M, out], `scaleIn` F32 [M, in]; the last layer's rows are those of
 *   all members, one after the other (`LayerState.share`);
 * - `skip.weight` F32 [outputs, inputs] of a network whose inputs also go straight to its outputs (`skip` of the config);
 * - `layers.i.explored` I32, where training counts which cells ever held a connection: bit k % 32 of word k >> 5 for cell k (option exploration);
 * - the optimiser's state beside each: `layers.i.values.m`, `layers.i.values.v`, `layers.i.bias.m` and so on.
 *
 * Of an ensemble the tensors of member j, counted from 0, are `members.j.layers.i.indptr` and so on: each is a network as above.
 * Where members differ in their share of the average or in their layers, `members.weights` F64 [members] holds the shares.
 *
 * Tensors of the inputs: `input.mean` and `input.std` F64 [in] where they are standardised, `input.median` F64 [in] where missing
 * values are filled in, `input.clip` F64 [1] where they are smoothly clipped. They are F32 in files of version 0.1.0, see `Standardizer`.
 *
 * Quantised weights (`values`, `weight`) are F16, or I8 with a factor for each row beside them, `values.scale` F32 [out]; `indices` may be U16.
 *
 * `conformal.scores` F32 [samples], where the model keeps scores of out-of-fold predictions: see `conformalScores`.
 *
 * Texts of `__metadata__`:
 * - `format`: "coppice/1"; "coppice/2" of an ensemble, whose config has `members`, a list with the `sizes` of each, in the place of `sizes`, and
 *   the `config` of one that does not compute what the model's says; "coppice/3" of a model with steps, whose config has them as `prepared`;
 * - `config`: JSON with `sizes`, the fields of `NetworkConfig`, `classes`, `featureNames`, `imageShape` and `temperature`. A network in training
 *   has also `evolution`, `epoch`, `random` {seed, epoch, step} and `training` (choices, plan, history). `random` names every stream;
 * - `crc32c`: JSON with a checksum of `config` and of every tensor, by name.
 *
 * Floats of the f64 oracle are rounded to f32. `training` holds the history of the last epochs, 200 at most. Earlier ones are in the
 * first tensors, `training.records.0` and so on: U8, JSON of 200 epochs each with `history` and `evolutions`.
 * Throws, naming the field, unless the model is whole: see `checkModel`.
 */
export function encodeCheckpoint(saved: SavedModel, options: CheckpointOptions = {}): OwnBytes {
  return joinParts(checkpointParts(saved, options));
}

/** How a model is written as a checkpoint. */
export interface CheckpointOptions {
  /** Weights of 16 or 8 bits, to predict with: see `quantise`. Training cannot go on from such a file, which has no more than the model. */
  readonly quantise?: Quantised;
}

/**
 * The file that `encodeCheckpoint` makes, in parts that follow one another. A file may so be larger than an array can be.
 * First comes a header, then every tensor's bytes. They are the model's own if no conversion is needed.
 * Throws as `encodeCheckpoint` does, when names take more than the format allows a header, and on weights that cannot be quantised.
 */
export function checkpointParts(given: SavedModel, options: CheckpointOptions = {}): Uint8Array[] {
  checkKeys(options, { quantise: true }, "checkpoint: option");
  checkModel(given, "checkpoint");
  const { quantise: how } = options;
  const saved = how ? withAverages(given) : given; // what is kept beside the weights is left out
  if (how !== undefined) checkOneOf(how, QUANTISED, "checkpoint: quantise");
  const { training, ...bare } = saved;
  const { parts: records, rest } = partRecords((!how && training) || { history: [], evolutions: [] });
  const tensors = new Map([
    ...records.map(({ bytes }, k): [string, Tensor] => [recordsName(k), { shape: [bytes.length], data: bytes }]),
    ...networkTensors(saved, how === undefined),
    ...inputTensors(saved),
  ]);
  const config = JSON.stringify(describe(how ? bare : saved, rest));
  const known = new Map(records.map(({ crc32c }, k) => [recordsName(k), crc32c]));
  const metadata = new Map(Object.entries({ format: saved.prepared ? PREPARED : saved.members ? ENSEMBLE : FORMAT, config }));
  return safetensorsParts(withChecksums({ tensors: how ? quantise(tensors, how) : tensors, metadata }, known));
}

/** The tensors of a model's networks, and their shares of the average; with what optimisers keep, or without. */
function networkTensors(saved: SavedModel, whole: boolean): [string, Tensor][] {
  const members = membersOf(saved);
  const weights = members.flatMap(({ weight }) => weight ?? []);
  const ofNetworks = members.flatMap((member, j) => {
    const [at, { config = saved.config }] = [saved.members ? ofMember(j) : "", member];
    const network = whole ? member : withoutStates(member);
    return [...layerTensors(network.layers, config, `${at}layers`), ...skipTensors(network, config, `${at}skip`)];
  });
  return weights.length > 0 ? [...ofNetworks, [WEIGHTS, one(Float64Array.from(weights))]] : ofNetworks;
}

/** What inputs are scaled by, and the scores that sets of classes are made by. */
function inputTensors({ input, conformal }: SavedModel): [string, Tensor][] {
  const { mean, std, median, clip } = input ?? {};
  const arrays = { mean, std, median, clip: clip === undefined ? clip : Float64Array.of(clip) };
  const named = Object.entries(arrays).flatMap(([name, data]): [string, Tensor][] =>
    data ? [[`input.${name}`, one(data)]] : [],
  );
  return conformal ? [...named, [SCORES, one(conformal)]] : named;
}

const one = (data: TensorData): Tensor => ({ shape: [data.length], data });

/** The share of a file in parts that holds the records of earlier epochs. */
export function recordShare(parts: readonly Uint8Array[], saved: SavedModel): number {
  const bytes = (some: readonly Uint8Array[]) => some.reduce((sum, { length }) => sum + length, 0);
  return bytes(parts.slice(1, 1 + countRecordParts(saved.training?.history.length ?? 0))) / bytes(parts);
}

/** Read of what is no weighted ensemble, it is a tensor that does not belong there. */
const WEIGHTS = "members.weights";
const SCORES = "conformal.scores";
const ofMember = (j: number) => `members.${j}.`;
const recordsName = (k: number) => `training.records.${k}`;

/** The config; of the history it holds no more than `records`. */
function describe(saved: SavedModel, records: Pick<TrainingState, "history" | "evolutions">): Json {
  const { config, training } = saved;
  const model = modelFields(saved);
  if (!training) return model;
  const { epoch, step, ...rest } = training;
  const evolution = isRecord(training.config) ? (training.config.evolution ?? null) : null;
  const random = { seed: config.seed, epoch, step };
  const last = { ...rest, ...records, history: records.history.map(toJson) };
  return { ...model, evolution, epoch, random, training: last };
}

/**
 * The model of a file's bytes, bit for bit what was encoded; of quantised weights what these stand for. Of a source, bytes are read tensor by tensor.
 * A file may so be larger than an array can be. Files without any checksum, of earlier versions and other programs, are read.
 *
 * Throws a usage error that names the tensor or field on anything else:
 * - another format, or settings out of range;
 * - a missing, unknown or misshapen tensor;
 * - contents that are not those their checksums were written for;
 * - connections that are no topology.
 */
export function decodeCheckpoint(
  bytes: Uint8Array | ByteSource,
  where = "checkpoint",
  pieces: readonly OwnPiece[] = [],
): SavedModel {
  checkText(where, "decodeCheckpoint: where");
  checkPieces(pieces, "decodeCheckpoint: pieces");
  checkSource(bytes, where);
  return decodeChecked(bytes, where, pieces).saved;
}

/** The model of a file's bytes as `decodeCheckpoint` reads it, and whether the file has the checksums that show damage. */
export function decodeChecked(
  bytes: Uint8Array | ByteSource,
  where: string,
  pieces: readonly OwnPiece[] = [],
): { saved: SavedModel; checksums: boolean } {
  const file = decodeSafetensors(bytes, where);
  const { metadata } = file;
  const format = metadata.get("format");
  check(format === FORMAT || format === ENSEMBLE || format === PREPARED, where, () => {
    return `format is ${format === undefined ? "not given" : `"${format}"`}, expected "${FORMAT}", "${ENSEMBLE}" of an ensemble, or "${PREPARED}" with steps; is it a model that coppice wrote?`;
  });
  const checksums = checkChecksums(file, where);
  const config = parseConfig(metadata.get("config"), where);
  const shelf = createShelf(unquantise(file.tensors, where), where);
  const several = format === ENSEMBLE || (format === PREPARED && config.members !== undefined);
  const members = readNetworks(config, shelf, several, where, pieces);
  const [{ sizes }] = members;
  const outputs = readOutputs(shelf, sizes, several ? `${ofMember(0)}layers` : "layers");
  const fields = readModelFields(config, [sizes[0], outputs], where, pieces);
  const kinds = readKinds(config, sizes.length - 1, where, pieces);
  const networks = members.map(({ sizes, ...member }, j): Member => {
    const [at, { config: own = fields.config }] = [several ? ofMember(j) : "", member];
    const layers = readLayers(shelf, sizes, own, kinds, `${at}layers`);
    return { layers, ...readSkip(shelf, sizes, own, `${at}skip`), ...member };
  });
  const features = sizes[0];
  const input = shelf.has("input.mean")
    ? {
        mean: shelf.statistics("input.mean", features),
        std: shelf.statistics("input.std", features),
        ...(shelf.has("input.median") && { median: shelf.statistics("input.median", features) }),
        ...(shelf.has("input.clip") && { clip: shelf.statistics("input.clip", 1)[0] }),
      }
    : null;
  if (input) checkStandardizer(input, features, `${where}: input`);
  const conformal = shelf.has(SCORES) ? shelf.floats(SCORES) : undefined;
  if (conformal) checkConformal(conformal, fields.config, `${where}: tensor ${SCORES}`);
  const training = readTraining(config, where);
  const earlier = training ? readRecordParts(shelf, where) : [];
  shelf.checkEmpty();
  for (const network of networks) inFile(where, () => validateState(network));
  checkAlike(networks, fields.config, where);
  const [network] = networks;
  const saved = {
    ...fields,
    network,
    ...(networks.length > 1 && { members: networks }),
    input,
    ...(conformal && { conformal }),
    ...(training && { training: joined(earlier, training) }),
  };
  return { saved, checksums };
}

/** The sizes of a file's networks, and what members have of their own. */
function readNetworks(
  config: Json,
  shelf: Shelf,
  several: boolean,
  where: string,
  pieces: readonly OwnPiece[],
): readonly (MemberFields & { readonly weight?: number })[] {
  if (!several) return [{ sizes: readSizes(config, where) }];
  const weighted = shelf.has(WEIGHTS);
  const members = readMembers(config, weighted, where, pieces);
  if (!weighted) return members;
  const weights = shelf.statistics(WEIGHTS, members.length);
  return members.map((member, j) => ({ ...member, weight: weights[j] }));
}

/** The records of earlier epochs than the config holds, in their order. */
function readRecordParts(shelf: Shelf, where: string): ReturnType<typeof readRecordPart>[] {
  const records: ReturnType<typeof readRecordPart>[] = [];
  for (let k = 0; shelf.has(recordsName(k)); k++)
    records.push(readRecordPart(shelf.bytes(recordsName(k)), `${where}: tensor ${recordsName(k)}`));
  return records;
}

function joined(earlier: ReturnType<typeof readRecordPart>[], training: TrainingState): TrainingState {
  const all = [...earlier, training];
  return { ...training, history: all.flatMap(({ history }) => history), evolutions: all.flatMap(({ evolutions }) => evolutions) };
}
