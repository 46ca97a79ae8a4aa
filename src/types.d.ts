/** A module of AssemblyScript, compiled by assemblyscript-plugin: the WebAssembly bytes in base64, and its classes' fields and types. */
declare module "*?assemblyscript" {
  const base64: string;
  export default base64;
  export const blocks: Readonly<Record<string, readonly (readonly [name: string, type: "u32" | "i32" | "f32" | "usize"])[]>>;
}

/** A parser of XML, as far as it is used. */
declare module "saxen" {
  export class Parser {
    on(
      event: "openTag",
      heard: (name: string, attributes: () => Record<string, string>, decode: (text: string) => string) => void,
    ): this;
    on(event: "closeTag", heard: (name: string) => void): this;
    on(event: "text" | "cdata", heard: (text: string, decode: (text: string) => string) => void): this;
    on(event: "error" | "warn", heard: (error: Error) => void): this;
    parse(xml: string): this;
  }
}
