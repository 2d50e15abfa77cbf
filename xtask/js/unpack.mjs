/** Where the text begins in the memory of the unpacker. */
export const TEXT = 16384

/**
 * The engine's module of what `pack` has made of it; this is shipped. `program` has the bytes of `unpack.wat`.
 *
 * @returns {Uint8Array} in a memory that nothing else has
 */
export function unpack(program, { text, starts, layout, pages, length }) {
  const { memory, unpack } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(program))).exports
  memory.grow(pages)
  new Uint32Array(memory.buffer).set(starts)
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, TEXT))
  unpack(...layout)
  return new Uint8Array(memory.buffer, layout[1], length)
}
