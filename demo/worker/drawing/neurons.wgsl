// Neurons as discs that face the eye, their radius by degree, in the fresh colour as far as they are lit (places' w). One that was removed shrinks, drifts out of its plane and fades.

struct Neuron {
  place: u32,
  radius: f32,
  since: f32,
  until: f32,
}

@group(0) @binding(0) var<uniform> scene: Scene;
@group(0) @binding(1) var<storage, read> places: array<vec4f>;
@group(0) @binding(2) var<storage, read> neurons: array<Neuron>;

struct Disc {
  @builtin(position) position: vec4f,
  @location(0) colour: vec4f,
  @location(1) offset: vec2f, // device pixels from the middle
  @location(2) @interpolate(flat) radius: f32,
  @location(3) @interpolate(flat) shown: f32,
}

const RIM = 1.2; // CSS pixels

@vertex
fn vertex(@builtin(vertex_index) v: u32, @builtin(instance_index) i: u32) -> Disc {
  let neuron = neurons[i];
  let gone = passed(scene, neuron.until);
  let place = places[neuron.place].xyz * vec3f(1.0, 1.0 + 0.4 * gone, 1.0 + 0.4 * gone);
  let middle = scene.viewProjection * vec4f(place, 1.0);
  if (middle.w < NEAR || gone >= 1.0) {
    return Disc(vec4f(0.0, 0.0, -1.0, 1.0), vec4f(0.0), vec2f(0.0), 0.0, 0.0); // outside what is drawn
  }
  // |second row| of the rotation is 1, so this is the projection's vertical scale
  let focal = length(vec3f(scene.viewProjection[0].y, scene.viewProjection[1].y, scene.viewProjection[2].y));
  let half = 0.5 * scene.viewport;
  let shown = passed(scene, neuron.since) * (1.0 - gone);
  let pointed = neuron.place == scene.highlight;
  let radius = max(neuron.radius * focal / middle.w * half.y, 0.9 * scene.pixelRatio) * shown * select(1.0, 1.5, pointed);
  let corner = vec2f(f32(v & 1u), f32(v >> 1u)) * 2.0 - 1.0;
  let offset = corner * (radius + RIM * scene.pixelRatio + 1.0);
  let lit = select(places[neuron.place].w, 1.0, pointed);
  let colour = vec4f(mix(scene.ink.rgb, scene.fresh.rgb, lit), mix(haze(scene, middle.w), 1.0, lit));
  return Disc(vec4f(middle.xy / middle.w + offset / half, 0.5, 1.0), colour, offset, radius, shown);
}

@fragment
fn fragment(disc: Disc) -> @location(0) vec4f {
  // a rim of paper keeps it apart from lines and from discs behind it
  let distance = length(disc.offset);
  let rim = RIM * min(scene.pixelRatio, disc.radius / 3.0);
  let inner = clamp(disc.radius + 0.5 - distance, 0.0, 1.0);
  let outer = clamp(disc.radius + rim + 0.5 - distance, 0.0, 1.0) * disc.shown;
  let colour = mix(scene.paper.rgb, disc.colour.rgb, inner * disc.colour.a);
  return vec4f(colour * outer, outer);
}
