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
export { addBorrowedObject, addHeapObject, getObject };
`

/** The glue with an engine whose memory has grown after it was first looked at. */
async function bound() {
  const glue = await import(`data:text/javascript,${encodeURIComponent(lean(written))}`)
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
  })
  return { ...glue, memory, said, freed }
}

const WORDS = 'gr\u00fc\u00df dich \ud83d\ude80'

test('text goes in, and memory may grow meanwhile', async () => {
  const { Client, said } = await bound()
  Client.__wrap(7).say(WORDS)
  assert.deepEqual(said, [[7, WORDS]])
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
