import { check } from "../../../util/check.js";
import { inflate } from "../gunzip.js";
import type { Variable } from "./mat-array.js";
import { type Element, type MatSource, MI_COMPRESSED, MI_MATRIX, openSource, readElement } from "./mat-element.js";
import { type Header, MAX_NAME, readHeader } from "./mat-header.js";
import { readMatrix } from "./mat-matrix.js";
import { isHdf5, text } from "./signature.js";

const HEADER_BYTES = 128;
const MAX_VARIABLES = 10_000; // each costs a stream when compressed
const PREFIX_BYTES = 65_536; // one chunk of inflated data: more than any matrix header

function openMat(bytes: Uint8Array, where: string): MatSource {
  check(!isHdf5(bytes, 0) && !isHdf5(bytes, 512) && text(bytes, 0, 10) !== "MATLAB 7.3", where, () => {
    return "a MATLAB 7.3 (HDF5) file; Level 5 files are read: save it again with -v7";
  });
  check(!/^(# Created by Octave|Octave-1-)/.test(text(bytes, 0, 20)), where, () => {
    return "a file in a format of Octave's own; save it again with -v7";
  });
  check(bytes.length >= HEADER_BYTES, where, () => {
    return `truncated: ${bytes.length} bytes, the header of a MATLAB file has ${HEADER_BYTES}`;
  });
  const order = text(bytes, 126, 128);
  check(order === "IM" || order === "MI", where, () => {
    return `not a MATLAB Level 5 file: bytes 126 and 127 hold ${bytes[126]}, ${bytes[127]}, expected the byte order "IM" or "MI"`;
  });
  const source = openSource(bytes, order === "IM", where);
  const version = source.view.getUint16(124, source.little);
  check(version === 0x0100, where, () => {
    const swapped = version === 1 ? " (its byte order mark and its version disagree: wrong byte order)" : "";
    return `bytes 124 and 125 give version 0x${version.toString(16).padStart(4, "0")}, expected 0x0100, MATLAB Level 5${swapped}`;
  });
  return source;
}

/** Reads the headers of all matrices of a file; `maxBytes` is the most that one of them may inflate to. */
export async function listVariables(bytes: Uint8Array, where: string, maxBytes?: number): Promise<Variable[]> {
  const file = openMat(bytes, where);
  const variables: Variable[] = [];
  for (let at = HEADER_BYTES; at < file.bytes.length; ) {
    const element = readElement(file, at, file.bytes.length, `element ${variables.length + 1}`);
    check(element.type === MI_MATRIX || element.type === MI_COMPRESSED, file.where, () => {
      return `element ${variables.length + 1} at byte ${at} has type ${element.type}, expected a matrix (14) or compressed (15); wrong byte order, or a damaged file`;
    });
    check(variables.length < MAX_VARIABLES, file.where, () => `more than ${MAX_VARIABLES} variables`);
    const matrix = element.type === MI_MATRIX ? element : undefined;
    const source = matrix ? file : await inflateElement(file, element, { maxBytes, atMost: PREFIX_BYTES });
    variables.push(variableOf(readHeader(source, matrix ?? matrixTag(source)), file, element));
    at = element.next;
  }
  return variables;
}

/** A variable whose matrix is an element of a source, perhaps packed, or lies in a struct there (`named` then). */
function variableOf(header: Header, file: MatSource, element: Element, named = header.name): Variable {
  const own = { ...header, name: named };
  const open = async (maxBytes: number) => {
    if (element.type !== MI_COMPRESSED) return { source: file, end: element.start + element.size };
    // what is packed must fit what its tag claims: 8 bytes of tag, the matrix, padding
    const source = await inflateElement(file, element, { maxBytes: Math.min(maxBytes, header.size + 16) });
    const { start, size } = readElement(source, 0, source.bytes.length, `variable ${named}`);
    return { source, end: start + size };
  };
  return {
    name: named,
    kind: header.kind,
    complex: header.complex,
    dims: header.dims,
    async read(wide, maxBytes) {
      const { source, end } = await open(maxBytes);
      return readMatrix(source, own, end, wide);
    },
    async fields(maxBytes) {
      if (header.kind !== "struct" || header.dims.some((size) => size !== 1)) return [];
      const { source, end } = await open(maxBytes);
      return structFields(source, own, end);
    },
  };
}

function structFields(source: MatSource, { name, dataAt }: Header, end: number): Variable[] {
  const { bytes, view, little, where } = source;
  const width = readElement(source, dataAt, end, `the length of names of ${name}`);
  const length = width.size === 4 ? view.getInt32(width.start, little) : 0;
  check(length > 0 && length <= MAX_NAME, where, () => `the fields of ${name} at byte ${dataAt} have names of ${length} bytes`);
  const names = readElement(source, width.next, end, `the names of fields of ${name}`);
  const found: Variable[] = [];
  for (let k = names.start, at = names.next; k + length <= names.start + names.size; k += length) {
    const field = `${name}.${text(bytes, k, k + length).replace(/\0.*$/s, "")}`;
    const element = readElement(source, at, end, field);
    check(element.type === MI_MATRIX, where, () => `${field} at byte ${at} has type ${element.type}, expected a matrix (14)`);
    if (element.size > 0) found.push(variableOf(readHeader(source, element), source, element, field));
    at = element.next;
  }
  return found;
}

async function inflateElement(
  file: MatSource,
  element: Element,
  limits: { maxBytes?: number; atMost?: number },
): Promise<MatSource> {
  const where = `${file.where}, inflated from byte ${element.start}`;
  const packed = file.bytes.subarray(element.start, element.start + element.size);
  return openSource(await inflate(packed, "deflate", where, limits), file.little, where);
}

function matrixTag(source: MatSource): Element {
  const tag = readElement(source, 0, source.bytes.length, "a matrix", false);
  check(tag.type === MI_MATRIX, source.where, () => `it holds an element of type ${tag.type}, expected a matrix (14)`);
  return tag;
}
