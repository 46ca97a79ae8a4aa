/** The remainders of all bytes by a polynomial, its bits reversed. */
function remainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
}

const ISO = /* @__PURE__ */ remainders(0xedb88320);
const CASTAGNOLI = /* @__PURE__ */ remainders(0x82f63b78);

/** The CRC-32 of bytes as zip and gzip have it (ISO 3309), an unsigned 32-bit integer. */
export function crc32(bytes: Uint8Array): number {
  return checksum(bytes, ISO);
}

/** The CRC-32C of bytes (Castagnoli; RFC 3720, appendix B.4), an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array): number {
  return checksum(bytes, CASTAGNOLI);
}

function checksum(bytes: Uint8Array, table: Uint32Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = table[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}
