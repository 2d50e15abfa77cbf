import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { decode, encode } from './text.mjs'

test('every byte value comes back', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
  for (const bytes of [all, Buffer.concat([all, all.subarray(200)]), randomBytes(10_000), Buffer.alloc(500), Buffer.alloc(0)]) {
    for (const readable of [false, true]) {
      const { text, kinds } = encode(bytes, readable)
      assert.deepEqual(Buffer.from(decode(text, kinds, bytes.length)), bytes)
    }
  }
})

test('the text needs no escape in a JavaScript string', () => {
  const { text } = encode(randomBytes(10_000))
  assert.equal(JSON.stringify(text), `"${text}"`)
  assert.match(text, /^[ !#-[\]-~]*$/)
})

test('a frequent value takes one character', () => {
  const bytes = Buffer.concat([Buffer.alloc(100, 0xff), Buffer.from(Array.from({ length: 256 }, (_, value) => value))])
  assert.equal(encode(bytes).text.length, bytes.length + 256 - 90)
})

test('what is readable stays so', () => {
  const bytes = Buffer.from('The user has to sign in again.\0\x01\x02')
  assert.ok(encode(bytes, true).text.startsWith('The user has to sign in again.'))
})
