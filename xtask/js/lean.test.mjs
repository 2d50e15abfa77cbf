import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lean } from './lean.mjs'

/** What wasm-bindgen 0.2 writes, as far as it is made shorter. */
const written = `
export class Client {
    static __wrap(ptr) {
        const obj = Object.create(Client.prototype);
        obj.__wbg_ptr = ptr;
        ClientFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        ClientFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_client_free(ptr, 0);
    }
    say(text) {
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        wasm.client_say(this.__wbg_ptr, ptr0, len0);
    }
    sayBoth(first, second) {
        let ptr0, len0, ptr1, len1;
        try {
            ptr0 = passStringToWasm0(first, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passStringToWasm0(second, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len1 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 1, 1); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 1, 1); }
            throw e;
        }
        wasm.client_say(this.__wbg_ptr, ptr0, len0);
        wasm.client_say(this.__wbg_ptr, ptr1, len1);
    }
}
if (Symbol.dispose) Client.prototype[Symbol.dispose] = Client.prototype.free;
export function __wbg_name_01(arg0, arg1) {
    const ret = getObject(arg1).name;
    const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len1 = WASM_VECTOR_LEN;
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
}
export function __wbg_title_02(arg0, arg1) {
    const ret = getObject(arg1).title;
    var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    var len1 = WASM_VECTOR_LEN;
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
}
export function __wbg_tell_03(arg0, arg1, arg2) {
    getObject(arg0).tell(arg1 === 0 ? undefined : getStringFromWasm0(arg1, arg2));
}
export function __wbg_numbers_04(arg0, arg1) {
    const ret = getArrayU16FromWasm0(arg0, arg1);
    return addHeapObject(ret);
}
const ClientFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_client_free(ptr, 1));

function addBorrowedObject(obj) {
    if (stack_pointer == 1) throw new Error('out of js stack');
    heap[--stack_pointer] = obj;
    return stack_pointer;
}

const CLOSURE_DTORS = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(state => wasm.__wbindgen_destroy_closure(state.a, state.b));

function makeClosure(arg0, arg1, f) {
    const state = { a: arg0, b: arg1, cnt: 1 };
    const real = (...args) => {

        // First up with a closure we increment the internal reference
        state.cnt++;
        try {
            return f(state.a, state.b, ...args);
        } finally {
            real._wbg_cb_unref();
        }
    };
    real._wbg_cb_unref = () => {
        if (--state.cnt === 0) {
            wasm.__wbindgen_destroy_closure(state.a, state.b);
            state.a = 0;
            CLOSURE_DTORS.unregister(state);
        }
    };
    CLOSURE_DTORS.register(real, state, state);
    return real;
}

function getArrayU16FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint16ArrayMemory0().subarray(ptr / 2, ptr / 2 + len);
}

let cachedDataViewMemory0 = null;
function getDataViewMemory0() {
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {
        cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    }
    return cachedDataViewMemory0;
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint16ArrayMemory0 = null;
function getUint16ArrayMemory0() {
    if (cachedUint16ArrayMemory0 === null || cachedUint16ArrayMemory0.byteLength === 0) {
        cachedUint16ArrayMemory0 = new Uint16Array(wasm.memory.buffer);
    }
    return cachedUint16ArrayMemory0;
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function getObject(idx) { return heap[idx]; }

let heap = [];
function addHeapObject(obj) { return heap.push(obj) - 1; }
let stack_pointer = 1;

function isLikeNone(x) {
    return x === undefined || x === null;
}

function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        return malloc(buf.length, 1) >>> 0;
    }
    const mem = getUint8ArrayMemory0();
    let ptr = malloc(arg.length, 1) >>> 0;
    WASM_VECTOR_LEN = mem.length;
    return ptr;
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}

const cachedTextEncoder = new TextEncoder();

if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}

let WASM_VECTOR_LEN = 0;

let wasm;
export function __wbg_set_wasm(val) {
    wasm = val;
}
export { addBorrowedObject, addHeapObject, getObject, makeClosure };
`

/** Lets go of all at once, where the platform's lets go of what nobody has any more. */
const registries = []
class Registry {
  constructor(free) {
    this.free = free
    this.held = []
    registries.push(this)
  }

  register(object, held) {
    this.held.push(held)
  }

  unregister() {}

  letGo() {
    for (const held of this.held.splice(0)) this.free(held)
  }
}

/** The glue with an engine whose memory has grown after it was first looked at. */
async function bound() {
  registries.length = 0
  globalThis.FinalizationRegistry = Registry
  // Each import runs another text.
  const glue = await import(`data:text/javascript,${encodeURIComponent(lean(written))}//${count++}`)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const said = []
  const freed = []
  let free = 64
  glue.__wbg_set_wasm({
    memory,
    __wbindgen_malloc(length) {
      memory.grow(1)
      return (free += length) - length
    },
    client_say: (ptr, at, length) => said.push([ptr, Buffer.from(memory.buffer, at, length).toString()]),
    __wbg_client_free: (ptr) => freed.push(ptr),
    __wbindgen_destroy_closure: (at, table) => freed.push([at, table]),
  })
  return { ...glue, memory, said, freed }
}

let count = 0

const WORDS = 'gr\u00fc\u00df dich \ud83d\ude80'

test('text goes in, and memory may grow meanwhile', async () => {
  const { Client, said } = await bound()
  Client.__wrap(7).say(WORDS)
  Client.__wrap(8).sayBoth('first', 'second')
  assert.deepEqual(said, [[7, WORDS], [8, 'first'], [8, 'second']])
})

test('text comes back by its address and length, and none by none', async () => {
  const { __wbg_name_01, __wbg_title_02, addHeapObject, memory } = await bound()
  const page = addHeapObject({ name: WORDS, title: null })
  const returned = (read) => {
    read(8, page)
    const [at, length] = new Uint32Array(memory.buffer, 8, 2)
    return [at, Buffer.from(memory.buffer, at, length).toString()]
  }
  assert.deepEqual(returned(__wbg_name_01), [64, WORDS])
  assert.equal(returned(__wbg_title_02)[0], 0)
})

test('text goes out, and none where there is none', async () => {
  const { __wbg_tell_03, addHeapObject, memory } = await bound()
  const told = []
  const listener = addHeapObject({ tell: (text) => told.push(text) })
  const bytes = new TextEncoder().encode(`\ufeff${WORDS}`)
  new Uint8Array(memory.buffer).set(bytes, 5)
  __wbg_tell_03(listener, 5, bytes.length)
  __wbg_tell_03(listener, 0, 0)
  assert.deepEqual(told, [`\ufeff${WORDS}`, undefined])
})

test('numbers of two bytes go out', async () => {
  const { __wbg_numbers_04, getObject, memory } = await bound()
  new Uint16Array(memory.buffer).set([401, 403], 3)
  assert.deepEqual([...getObject(__wbg_numbers_04(6, 2))], [401, 403])
})

test('what is freed is freed once, and its object is nothing more', async () => {
  const { Client, freed } = await bound()
  const client = Client.__wrap(9)
  client.free()
  client.free()
  assert.deepEqual(freed, [9, 0])
})

test('what nobody has any more is freed', async () => {
  const { Client, freed } = await bound()
  Client.__wrap(9)
  for (const registry of registries) registry.letGo()
  assert.deepEqual(freed, [9])
})

test('a closure is called with what it was made of, and freed when nobody has it any more', async () => {
  const { makeClosure, freed } = await bound()
  const closure = makeClosure(3, 4, (...all) => all.join())
  assert.equal(closure('a', 'b'), '3,4,a,b')
  assert.deepEqual(freed, [])
  for (const registry of registries) registry.letGo()
  assert.deepEqual(freed, [[3, 4]])
})

test('a closure that the engine frees keeps count of its calls', () => {
  const engine = 'export function __wbindgen_cb_drop(arg0) { takeObject(arg0)._wbg_cb_unref(); }\n'
  assert.match(lean(`${written}${engine}`), /state\.cnt\+\+/)
  assert.doesNotMatch(lean(written), /state\.cnt/)
})

test('borrowed values may be more than there is place for', async () => {
  const { addBorrowedObject, getObject } = await bound()
  const values = ['a', 'b', 'c']
  const places = values.map((value) => addBorrowedObject(value))
  assert.deepEqual(places.map((place) => getObject(place)), values)
})

test('nothing is looked up where the glue is imported', () => {
  assert.doesNotMatch(lean(written), /cached|Symbol\.dispose|realloc|^(?!function)\S.*new Text/m)
})

test('an object that is handed over by value is refused', () => {
  assert.throws(() => lean('wasm.take(client.__destroy_into_raw());'), /hands objects over by value/)
})
