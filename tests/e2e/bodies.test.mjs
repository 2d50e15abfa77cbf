import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { scenario } from './harness/scenario.mjs'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** What the server got the second time, over an expired token. */
async function replayed({ backend, inPage }, send) {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const got = await inPage(send)
  const counted = await backend.counters()
  assert.equal(counted.refreshes, 1)
  assert.equal(counted.apiUnauthorized, 1)
  assert.equal(counted.apiRequests, 2)
  return got
}

scenario(
  'R5 a form with files is replayed with the same bytes, though the form is changed meanwhile',
  async (stage) => {
    const got = await replayed(stage, async () => {
      const form = new FormData()
      const bytes = new Uint8Array(300_000).map((_, index) => index % 251)
      form.append('note', 'first')
      form.append('file', new File([bytes], 'data.bin', { type: 'application/x-data' }))
      form.append('note', 'second')
      const call = kit.kept.client.fetch('/api/upload', { method: 'POST', body: form })
      form.delete('file')
      form.set('note', 'changed')
      return (await call).json()
    })
    const file = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
    assert.deepEqual(got.parts, [
      { name: 'note', fileName: null, contentType: null, size: 5, sha256: sha256('first') },
      { name: 'file', fileName: 'data.bin', contentType: 'application/x-data', size: 300_000, sha256: sha256(file) },
      { name: 'note', fileName: null, contentType: null, size: 6, sha256: sha256('second') },
    ])
  },
)

scenario('R5 what a form brings about is brought about once', async (stage) => {
  const got = await replayed(stage, async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await kit.kept.client.fetch('/api/notes', { method: 'POST', headers, body: '{"text":"once"}' })
    return { status: answer.status, note: await answer.json() }
  })
  assert.equal(got.status, 201)
  assert.equal(got.note.text, 'once')
  assert.equal((await stage.backend.counters()).notesWritten, 1)
})

const bodies = {
  'an ArrayBuffer that is overwritten after the call': [
    () => {
      const bytes = new TextEncoder().encode('as it was')
      const call = kit.echo(bytes.buffer)
      bytes.fill(0)
      return call
    },
    'as it was',
    null,
  ],
  'a view of a part of a buffer': [
    () => {
      const bytes = new TextEncoder().encode('not this, only that, nor this')
      const call = kit.echo(bytes.subarray(10, 19))
      bytes.fill(0)
      return call
    },
    'only that',
    null,
  ],
  'a DataView': [() => kit.echo(new DataView(new TextEncoder().encode('viewed').buffer, 1, 3)), 'iew', null],
  'URLSearchParams that are changed after the call': [
    () => {
      const query = new URLSearchParams({ name: 'Zoë', q: 'a b' })
      const call = kit.echo(query)
      query.set('name', 'changed')
      return call
    },
    'name=Zo%C3%AB&q=a+b',
    'application/x-www-form-urlencoded;charset=UTF-8',
  ],
  'a Blob with its type': [
    () => kit.echo(new Blob(['in a ', 'blob'], { type: 'text/x-blob' })),
    'in a blob',
    'text/x-blob',
  ],
  'a text': [() => kit.echo('Zoë'), 'Zoë', 'text/plain;charset=UTF-8'],
  'no body': [() => kit.echo(undefined), '', null],
  'a Request with JSON': [
    () =>
      kit.kept.client.fetch(
        new Request('/api/echo', {
          method: 'PUT',
          body: '{"a":1}',
          headers: { 'content-type': 'application/json', 'x-kind': 'request' },
        }),
      ),
    '{"a":1}',
    'application/json',
    { method: 'PUT', 'x-kind': 'request' },
  ],
  'a Request whose body is replaced': [
    () =>
      kit.kept.client.fetch(new Request('/api/echo', { method: 'POST', body: 'old', headers: { 'x-kind': 'both' } }), {
        method: 'PATCH',
        body: 'new',
      }),
    'new',
    'text/plain;charset=UTF-8',
    { method: 'PATCH', 'x-kind': 'both' },
  ],
  'a buffer of another frame': [
    () => {
      const bytes = new (kit.frame().TextEncoder)().encode('from a frame')
      const call = kit.echo(bytes.buffer)
      bytes.fill(0)
      return call
    },
    'from a frame',
    null,
  ],
  'URLSearchParams of another frame': [
    () => {
      const query = new (kit.frame().URLSearchParams)('from=frame')
      const call = kit.echo(query)
      query.set('from', 'changed')
      return call
    },
    'from=frame',
    'application/x-www-form-urlencoded;charset=UTF-8',
  ],
  'a Request of another frame': [
    () =>
      kit.kept.client.fetch(
        new (kit.frame().Request)(new URL('/api/echo', location), { method: 'PUT', body: 'framed' }),
      ),
    'framed',
    'text/plain;charset=UTF-8',
    { method: 'PUT' },
  ],
  'headers that are changed after the call': [
    () => {
      const headers = new Headers({ 'x-kind': 'first' })
      const call = kit.kept.client.fetch('/api/echo', { method: 'POST', body: 'x', headers })
      headers.set('x-kind', 'changed')
      return call
    },
    'x',
    'text/plain;charset=UTF-8',
    { 'x-kind': 'first' },
  ],
  'headers beside a Request that are changed after the call': [
    () => {
      const headers = new Headers({ 'x-kind': 'first' })
      const call = kit.kept.client.fetch(new Request('/api/echo', { method: 'POST', body: 'x' }), { headers })
      headers.set('x-kind', 'changed')
      return call
    },
    'x',
    null,
    { 'x-kind': 'first' },
  ],
}

for (const [name, [send, body, type, { method = 'POST', ...headers } = {}]] of Object.entries(bodies)) {
  scenario(`R5 replayed with the same bytes: ${name}`, async (stage) => {
    await stage.inPage(() => {
      kit.echo = (body) => kit.kept.client.fetch('/api/echo', { method: 'POST', body })
      kit.frame = () => document.documentElement.appendChild(document.createElement('iframe')).contentWindow
    })
    const got = await replayed(stage, `async () => (await (${send})()).json()`)
    assert.equal(got.bodySha256, sha256(body))
    assert.equal(got.bodyLength, Buffer.byteLength(body))
    assert.equal(got.contentType, type)
    assert.equal(got.method, method)
    for (const [header, value] of Object.entries(headers)) assert.equal(got.headers[header], value)
  })
}

scenario('R5 a Request is used up as by native fetch, and no more', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const once = async (fetch) => {
      const request = new Request('/api/echo', {
        method: 'POST',
        body: 'x',
        headers: { 'X-XSRF-TOKEN': document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1] },
      })
      const first = await kit.outcome(fetch(request))
      return { first, used: request.bodyUsed, second: await kit.outcome(fetch(request)) }
    }
    const get = new Request('/api/profile')
    return {
      native: await once(fetch),
      ours: await once(client.fetch),
      get: [await kit.outcome(client.fetch(get)), await kit.outcome(client.fetch(get))],
    }
  })
  assert.deepEqual(seen.ours.first, seen.native.first)
  assert.deepEqual(seen.ours.used, seen.native.used)
  assert.deepEqual(seen.ours.second.name, seen.native.second.name)
  assert.deepEqual(seen.get, [200, 200])
})
