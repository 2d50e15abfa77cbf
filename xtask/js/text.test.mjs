import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { decode, encode } from './text.mjs'

test('every byte value comes back', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
  for (const bytes of [all, Buffer.concat([all, all.subarray(200)]), randomBytes(10_000), Buffer.alloc(500), Buffer.alloc(0)]) {
    const { text, common } = encode(bytes)
    assert.deepEqual(Buffer.from(decode(text, common, bytes.length)), bytes)
  }
})

test('the text needs no escape in a JavaScript string', () => {
  const { text } = encode(randomBytes(10_000))
  assert.equal(JSON.stringify(text), `"${text}"`)
  assert.match(text, /^[ !#-[\]-~]*$/)
})

test('a frequent value takes one character', () => {
  const bytes = Buffer.concat([Buffer.alloc(100, 0xff), Buffer.from(Array.from({ length: 256 }, (_, value) => value))])
  assert.equal(encode(bytes).text.length, bytes.length + 256 - 91)
})
