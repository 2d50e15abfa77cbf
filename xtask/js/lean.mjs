// The glue with less of what wasm-bindgen always writes.
//
// It does the same; but it keeps no views, encoders and decoders, so that nothing is done where it is imported, and it says
// once what wasm-bindgen says in many places. A pattern that finds nothing is no matter: then that only stays as it is.

const SHORTER = [
  // Nobody says `using`.
  [/^if \(Symbol\.dispose\) .*\n/gm, ''],
  // No view is kept, so none is out of date when memory has grown.
  [
    /^let cached\w+Memory0 = null;\nfunction (get\w+Memory0)\(\) \{\n[^}]*\{\n *cached\w+ = (new \w+\(wasm\.memory\.buffer\));\n[^}]*\}\n[^}]*\}\n/gm,
    (_, name, view) => `function ${name}() { return ${view}; }\n`,
  ],
  [/\bget(\w+Array)Memory0\(\)\.subarray\(ptr(| \/ \d), ptr\2 \+ len\)/g, 'new $1(wasm.memory.buffer, ptr, len)'],
  // Memory never reaches the 2 GB beyond which an address has a sign.
  [/^ *ptr = ptr >>> 0;\n/gm, ''],
  [/\((\w+) >>> 0\) \+ (\d+) \* (\d+)\b/g, (_, address, size, index) => (index === '0' ? address : `${address} + ${size * index}`)],
  // Safari's decoder ends after 2 GB; one for each text never gets there.
  [
    /^let cachedTextDecoder = [^]*?^function decodeText\(bytes\) \{\n[^]*?^\}\n/m,
    "function decodeText(bytes) { return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes); }\n",
  ],
  [/^const cachedTextEncoder = .*\n/m, ''],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?^\}\n/m, ''],
  [/, wasm\.__wbindgen_malloc, wasm\.__wbindgen_realloc\)/g, ')'],
  [
    /^function passStringToWasm0\(arg, malloc, realloc\) \{\n[^]*?^\}\n/m,
    `function passStringToWasm0(arg) {
    const bytes = new TextEncoder().encode(arg);
    const ptr = wasm.__wbindgen_malloc(WASM_VECTOR_LEN = bytes.length, 1);
    getUint8ArrayMemory0().set(bytes, ptr);
    return ptr;
}
`,
  ],
  // An array goes on below zero.
  [/^ *if \(stack_pointer == 1\) .*\n/m, ''],
  [/= \(typeof FinalizationRegistry === 'undefined'\)\n.*\n *: new FinalizationRegistry\((.*)\);/g, '= finalization($1);'],
  [
    / {4}__destroy_into_raw\(\) \{\n([^}]*?) *return ptr;\n {4}\}\n {4}free\(\) \{\n *const ptr = this\.__destroy_into_raw\(\);\n/g,
    '    free() {\n$1',
  ],
  [/\b__wbg_ptr\b/g, 'ptr'],
  // Only a symbol is no text, and who gives one may as well lose the few bytes of what stands before it.
  [
    /^ *let ((?:ptr\d|len\d|, )+);\n *try \{\n([^]*?)^ *\} catch \(e\) \{\n(?: *if \(ptr\d\) \{ wasm\.__wbindgen_free.*\n)+ *throw e;\n *\}\n/gm,
    '        let $1;\n$2',
  ],
  [/\bconst ret = (.*);\n *return (addHeapObject\(ret\)|ret);/g, (_, value, result) => `return ${result.replace('ret', () => value)};`],
  [
    / *(?:var|const) (ptr\d) = (?:isLikeNone\(ret\) \? 0 : )?passStringToWasm0\(ret\);\n *(?:var|const) (len\d) = WASM_VECTOR_LEN;\n.*setInt32\(arg0 \+ 4, \2, true\);\n.*setInt32\(arg0, \1, true\);\n/g,
    '    returnText(arg0, ret);\n',
  ],
  // What is called by JavaScript alone is freed by its registry alone, which does nothing within a call.
  [
    /^function makeClosure\(arg0, arg1, f\) \{\n[^]*?^\}\n/m,
    (whole, at, all) => (all.replace(whole, '').includes('_wbg_cb_unref') ? whole : CLOSURE),
  ],
  [/\b(arg\d+) === 0 \? undefined : getStringFromWasm0\(\1, (arg\d+)\)/g, 'optionalText($1, $2)'],
]

const CLOSURE = `function makeClosure(arg0, arg1, f) {
    const real = (...args) => f(arg0, arg1, ...args);
    CLOSURE_DTORS.register(real, { a: arg0, b: arg1 });
    return real;
}
`

/** What the above calls; a bundler leaves out what nothing does. */
const COMMON = `
function finalization(free) {
    return typeof FinalizationRegistry === 'undefined' ? { register() {}, unregister() {} } : new FinalizationRegistry(free);
}
function returnText(at, text) {
    const ptr = isLikeNone(text) ? 0 : passStringToWasm0(text);
    const view = getDataViewMemory0();
    view.setInt32(at, ptr, true);
    view.setInt32(at + 4, WASM_VECTOR_LEN, true);
}
function optionalText(ptr, len) { return ptr === 0 ? undefined : getStringFromWasm0(ptr, len); }
`

export function lean(glue) {
  const shorter = SHORTER.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), glue)
  // What is handed over by value still needs it.
  if (shorter.includes('__destroy_into_raw()')) throw new Error('the glue hands objects over by value. Look at xtask/js/lean.mjs.')
  return shorter + COMMON
}
