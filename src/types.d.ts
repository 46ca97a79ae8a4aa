/** A module of AssemblyScript, compiled by assemblyscript-plugin: the WebAssembly bytes in base64, and its classes' fields and types. */
declare module "*?assemblyscript" {
  const base64: string;
  export default base64;
  export const blocks: Readonly<Record<string, readonly (readonly [name: string, type: "u32" | "i32" | "f32" | "usize"])[]>>;
}
