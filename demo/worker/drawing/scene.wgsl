// What the drawing's shaders share: camera, colours, and how far along a change is.

struct Scene {
  viewProjection: mat4x4f,
  positive: vec4f,
  negative: vec4f,
  ink: vec4f,
  fresh: vec4f,
  paper: vec4f,
  viewport: vec2f, // in device pixels
  fog: vec2f, // distances at which things begin and end to pale
  pixelRatio: f32, // device pixels of a CSS pixel
  time: f32, // seconds
  fade: f32, // seconds a change takes
  highlight: u32, // place of the neuron that is pointed at, or NONE
}

const NONE = 0xffffffffu;
const NEAR = 0.02; // nothing nearer to the eye is drawn

// From 0 at `start` to 1 when the fade is over.
fn passed(scene: Scene, start: f32) -> f32 {
  return clamp((scene.time - start) / scene.fade, 0.0, 1.0);
}

// Farther things are paler, which tells near from far without hiding anything.
fn haze(scene: Scene, distance: f32) -> f32 {
  return mix(1.0, 0.65, smoothstep(scene.fog.x, scene.fog.y, distance));
}
