import type { OwnPiece } from "../../methods/pieces.js";
import type { Options } from "../../options/option.js";
import type { SavedModel } from "../saved-model.js";
import type { ByteSource } from "./checkpoint/safetensors.js";

/** A model that was read. */
export interface ReadModel {
  readonly saved: SavedModel;
  /** Whether the file has checksums, which a damaged one would not have passed. */
  readonly checksums?: boolean;
}

/**
 * A kind of files that models are written to, and maybe read from: one file, or a folder of several. What `coppice export` writes, what commands
 * read, its help, the page's downloads and the fuzz targets follow from the list in index.ts.
 */
export interface ModelFormat {
  /** What `--to` takes. */
  readonly name: string;
  /** As lists say it: "ONNX". */
  readonly title: string;
  /** What it holds, in words for help. */
  readonly about: string;
  /** Options of writing, which `write` gets. */
  readonly options?: Options;
  readonly file?: {
    /** How its name ends: ".onnx". */
    readonly extension: string;
    readonly mediaType: string;
    /** The bytes of a model, in parts that follow one another. */
    write(saved: SavedModel, options: object): readonly Uint8Array[];
    /** The model of a file from anyone: throws a usage error that begins with `where`. Without it files are written alone. */
    read?(file: ByteSource, where: string, pieces: readonly OwnPiece[]): ReadModel | Promise<ReadModel>;
  };
  readonly folder?: {
    /** What the names of its files fit. */
    readonly names: RegExp;
    /** The bytes of each file by its name. */
    write(saved: SavedModel, options: object): ReadonlyMap<string, Uint8Array>;
    /** The model of files from anyone: throws a usage error that begins with `where`. Without it files are written alone. */
    read?(files: ReadonlyMap<string, Uint8Array>, where: string, pieces: readonly OwnPiece[]): ReadModel | Promise<ReadModel>;
  };
}
