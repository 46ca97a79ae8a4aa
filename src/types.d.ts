/** A module of AssemblyScript, compiled by assemblyscript-plugin: the WebAssembly bytes in base64. */
declare module "*?assemblyscript" {
  const base64: string;
  export default base64;
}
