// dx[n, b] *= mask f'(.): the end of a backward pass whose kernel does not know the layer below.
struct Params { neurons: u32, quads: u32, alpha: f32, stream: u32, threshold: u32, keepScale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> cursor: Cursor;
@group(0) @binding(2) var<storage, read> saved: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let at = groupIndex(id, groups) * WG + local;
  if (at >= params.neurons * params.quads) { return; }
  var d = dx[at];
  if (DERIVED) { d *= derivative(saved[at], params.alpha, vec4<f32>(), params.keepScale); }
  if (DROPOUT == 1u) {
    d *= params.keepScale * keepMask(params.stream, cursor.step, at / params.quads, at % params.quads, params.threshold);
  }
  dx[at] = d;
}
