// Counter-based random number: MurmurHash3_x86_32 (seed 0) of four words. Twin: hash4 of src/util/counter-random.ts.
fn hash4(a: u32, b: u32, c: u32, d: u32) -> u32 {
  var k = vec4u(a, b, c, d) * 0xcc9e2d51u;
  k = ((k << vec4u(15u)) | (k >> vec4u(17u))) * 0x1b873593u;
  var h = k.x;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.y;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.z;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= k.w;
  h = ((h << 13u) | (h >> 19u)) * 5u + 0xe6546b64u;
  h ^= 16u; // the length in bytes, as MurmurHash3 ends
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
