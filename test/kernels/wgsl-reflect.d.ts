// The package's "main" is CommonJS in an ES module package, which Node cannot import; its module file has no types of its own.
declare module "wgsl_reflect/wgsl_reflect.module.js" {
  export * from "wgsl_reflect";
}
