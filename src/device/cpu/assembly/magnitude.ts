// Values are taken as bits: shifted left by one they order as magnitudes do, the sign drops out.

/** Values of an item of `countSigns` and `carry`. */
export const VALUES: u32 = 4096;
/** From here on what is shifted is not finite. */
export const NOT_FINITE: u32 = 0xff000000;
