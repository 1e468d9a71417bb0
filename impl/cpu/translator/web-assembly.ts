// The part of the JavaScript interface of WebAssembly that the translator uses. It belongs to the
// language runtime, as its arithmetic does; the compiler's library has it only among the types of
// browsers. WebAssembly JavaScript Interface 2.0. Spec: cpu.md, "Meaning".

export type WasmMemory = { readonly buffer: ArrayBuffer };

type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Imports,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** A memory that never grows, so that its buffer stays the same. */
export function createWasmMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** Compiles and instantiates; what it exports is by name. */
export function instantiate(
  bytes: Uint8Array,
  imports: Imports,
): Readonly<Record<string, unknown>> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}
