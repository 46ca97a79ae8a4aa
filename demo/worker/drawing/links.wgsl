// Connections as lines of about one pixel: hue by the weight's sign, opacity by |w| / (3 rms of the layer's weights). A new connection
// starts in the fresh colour; a pruned one fades out in ink.

struct Link {
  start: u32, // place of its input neuron
  end: u32, // place of its output neuron
  layer: u32,
  since: f32, // when it came
  until: f32, // when it was pruned
}

@group(0) @binding(0) var<uniform> scene: Scene;
@group(0) @binding(1) var<storage, read> places: array<vec4f>;
@group(0) @binding(2) var<storage, read> links: array<Link>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> scales: array<vec2f>; // of a layer: rms of its weights, opacity of its strongest

struct Line {
  @builtin(position) position: vec4f,
  @location(0) colour: vec4f,
  @location(1) across: f32, // device pixels from the middle
  @location(2) @interpolate(flat) halfWidth: f32,
}

fn colourOf(i: u32) -> vec4f {
  let link = links[i];
  let scale = scales[link.layer];
  let strength = clamp(abs(weights[i]) / (3.0 * scale.x), 0.0, 1.0);
  let signed = select(scene.negative, scene.positive, weights[i] >= 0.0).rgb;
  var colour = vec4f(signed, scale.y * (0.02 + 0.98 * strength * strength));
  colour = mix(vec4f(scene.fresh.rgb, 0.18 * scale.y), colour, passed(scene, link.since));
  if (scene.time >= link.until) {
    let left = 1.0 - passed(scene, link.until);
    colour = vec4f(scene.ink.rgb, 0.09 * scale.y * left * left);
  }
  if (scene.highlight != NONE) {
    let attached = link.start == scene.highlight || link.end == scene.highlight;
    colour.a = select(0.2 * colour.a, 0.25 + 0.75 * sqrt(strength), attached);
  }
  return colour;
}

@vertex
fn vertex(@builtin(vertex_index) v: u32) -> Line {
  let i = v / 6;
  var corners = array(vec2f(0, -1), vec2f(1, -1), vec2f(0, 1), vec2f(0, 1), vec2f(1, -1), vec2f(1, 1));
  let corner = corners[v % 6];
  var a = scene.viewProjection * vec4f(places[links[i].start].xyz, 1.0);
  var b = scene.viewProjection * vec4f(places[links[i].end].xyz, 1.0);
  var colour = colourOf(i);
  colour.a *= haze(scene, mix(a.w, b.w, corner.x));
  if (colour.a < 0.004 || max(a.w, b.w) < NEAR) {
    return Line(vec4f(0.0, 0.0, -1.0, 1.0), vec4f(0.0), 0.0, 0.0); // outside what is drawn
  }
  if (a.w < NEAR) { a = mix(a, b, (NEAR - a.w) / (b.w - a.w)); }
  if (b.w < NEAR) { b = mix(b, a, (NEAR - b.w) / (a.w - b.w)); }

  let half = 0.5 * scene.viewport;
  let tail = a.xy / a.w * half;
  let head = b.xy / b.w * half;
  let along = (head - tail) / max(length(head - tail), 1e-6);
  // finer on small pictures, where lines lie closer
  let halfWidth = 0.5 * scene.pixelRatio * clamp(scene.viewport.x / scene.pixelRatio / 600.0, 0.6, 1.0) * select(1.0, 1.6, scene.highlight != NONE && colour.a > 0.2);
  let across = corner.y * (halfWidth + 0.5);
  let at = mix(tail, head, corner.x) + across * vec2f(-along.y, along.x);
  return Line(vec4f(at / half, 0.5, 1.0), colour, across, halfWidth);
}

@fragment
fn fragment(line: Line) -> @location(0) vec4f {
  let alpha = line.colour.a * clamp(line.halfWidth + 0.5 - abs(line.across), 0.0, 1.0);
  return vec4f(line.colour.rgb * alpha, alpha);
}
