import assert from 'node:assert/strict'
import { startRecorder } from './harness/recorder.mjs'
import { scenario } from './harness/scenario.mjs'

scenario('R11 authedFetch has the shape of fetch', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { authedFetch, client, configure } = await kit.load()
    const shape = (fetch) => {
      let constructed
      try {
        constructed = new fetch('/api/profile')
      } catch (error) {
        constructed = `${error.name}: ${error.message.replace(/^.* is not/, 'it is not')}`
      }
      return { name: fetch.name, length: fetch.length, prototype: 'prototype' in fetch, constructed }
    }
    const same = client.fetch === authedFetch
    configure({})
    return { ours: shape(authedFetch), native: shape(fetch), same, still: client.fetch === authedFetch }
  })
  assert.deepEqual(seen.ours, seen.native)
  assert.equal(seen.same && seen.still, true)
})

scenario(
  'R11 bad input is refused with the platform’s own errors',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const csrf = { 'X-XSRF-TOKEN': document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1] }
      const read = new Request('/api/echo', { method: 'POST', body: 'x', headers: csrf })
      // Firefox has no body there.
      read.body?.getReader()
      const away = new ArrayBuffer(8)
      const view = new Uint8Array(away)
      structuredClone(away, { transfer: [away] })
      const inputs = {
        nothing: [],
        'undefined init': ['/api/profile', undefined],
        'null init': ['/api/profile', null],
        'init of a wrong type': ['/api/profile', 7],
        'an empty URL with a bad method': ['', { method: '' }],
        'an unparsable URL': ['http://'],
        'a URL with credentials': ['http://user:word@127.0.0.1/'],
        'a symbol': [Symbol('url')],
        'an object without a text': [Object.create(null)],
        'an unknown scheme': ['nosuch:thing'],
        'a bad method': ['/api/profile', { method: 'NOT VALID' }],
        'a forbidden method': ['/api/profile', { method: 'TRACE' }],
        'a symbol as the method': ['/api/profile', { method: Symbol('GET') }],
        'a GET with a body': ['/api/profile', { body: 'x' }],
        'a bad header name': ['/api/profile', { headers: { 'not valid': '1' } }],
        'a bad header value': ['/api/profile', { headers: { a: 'one\ntwo' } }],
        'headers that are no headers': ['/api/profile', { headers: 'a: b' }],
        'null headers': ['/api/profile', { headers: null }],
        'bad headers on a POST': ['/api/echo', { method: 'POST', headers: { 'not valid': '1' } }],
        'no headers on a POST': ['/api/echo', { method: 'POST', headers: 7 }],
        'a bad signal': ['/api/profile', { signal: {} }],
        'a null signal': ['/api/profile', { signal: null }],
        'mode navigate': ['/api/profile', { mode: 'navigate' }],
        'a bad mode': ['/api/profile', { mode: 'sideways' }],
        'a bad credentials': ['/api/profile', { credentials: 'sometimes' }],
        'a bad redirect': ['/api/profile', { redirect: 'maybe' }],
        'a window': ['/api/profile', { window: globalThis }],
        'only-if-cached': ['/api/profile', { cache: 'only-if-cached' }],
        // With the header that is otherwise ours to add: Firefox knows no streams here and sends a text.
        'a stream without duplex': ['/api/echo', { method: 'POST', body: new ReadableStream(), headers: csrf }],
        'a Request whose body somebody reads': [read.body ? read : 'http://'],
        'a buffer that was given away': ['/api/echo', { method: 'POST', body: away, headers: csrf }],
        'a view of it': ['/api/echo', { method: 'POST', body: view, headers: csrf }],
        'a throwing getter': [
          '/api/profile',
          {
            get method() {
              throw new RangeError('mine')
            },
          },
        ],
      }
      const outcomes = async (fetch) => {
        const entries = []
        for (const [name, args] of Object.entries(inputs)) {
          let call
          try {
            call = fetch(...args)
          } catch (error) {
            call = { status: `thrown ${error}` }
          }
          entries.push([name, await kit.outcome(call)])
        }
        return Object.fromEntries(entries)
      }
      const native = await outcomes(fetch)
      const ours = await outcomes(client.fetch)
      client.interceptors.request.use((config) => config)
      return { native, ours, intercepted: await outcomes(client.fetch) }
    })
    assert.deepEqual(seen.ours, seen.native)
    // With interceptors a config stands between, which is an object with headers whatever was passed.
    const mended = ['init of a wrong type', 'null headers', 'no headers on a POST']
    const kinds = (outcomes) =>
      Object.entries(outcomes)
        .filter(([name]) => !mended.includes(name))
        .map(([name, outcome]) => [name, outcome.name ?? outcome])
    assert.deepEqual(kinds(seen.intercepted), kinds(seen.native))
    assert.equal((await backend.counters()).refreshes, 0)
  },
  { switches: { csp: 'off' } },
)

scenario('R11 arguments reach the platform’s fetch as they are, with keys that nobody knows', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const passed = []
    globalThis.fetch = (...args) => {
      passed.push(args)
      return kit.platformFetch(...args)
    }
    const init = Object.freeze({ headers: { accept: 'application/json' }, retry: 3, errorPolicy: 'all' })
    const request = new Request('/api/profile')
    const url = new URL('/api/items/1', location.href)
    await client.fetch('/api/profile', init)
    await client.fetch(request)
    await client.fetch(url)
    await client.fetch.call({ some: 'thing' }, '/api/profile')
    const [plain, sent, address, called] = passed
    return {
      init: plain[1] === init,
      request: sent[0] === request,
      url: String(address[0]) === url.href,
      lengths: passed.map(({ length }) => length),
      called: called[0],
    }
  })
  assert.deepEqual(seen, { init: true, request: true, url: true, lengths: [2, 1, 1, 1], called: '/api/profile' })
})

scenario(
  'R5 R11 two spellings of one header are sent as by native fetch, with the CSRF header and on the replay',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn()
    })
    const values = () =>
      inPage(async () => {
        const headers = { 'X-Two': 'a', 'x-two': 'b', 'X-None': undefined }
        const shown = async (call) => {
          const { headers } = await (await call).json()
          return [headers['x-two'], headers['x-none']]
        }
        return [
          await shown(kit.kept.client.fetch('/api/echo', { headers })),
          await shown(kit.kept.client.fetch('/api/echo', { method: 'POST', headers })),
          await shown(fetch('/api/echo', { headers })),
        ]
      })
    const [got, posted, native] = await values()
    assert.deepEqual(got, native)
    assert.deepEqual(posted, native)
    await backend.expire()
    const [replayed] = await values()
    assert.deepEqual(replayed, native)
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

scenario('R11 headers that an iterator yields are sent as by native fetch', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const shown = async (fetch, input, method = 'GET') => {
      const answer = await fetch(input, { method, headers: new Map([['X-Kind', 'iterated']]).entries() })
      return (await answer.json()).headers['x-kind']
    }
    return {
      native: await shown(fetch, '/api/echo'),
      ours: await shown(client.fetch, '/api/echo'),
      posted: await shown(client.fetch, new Request('/api/echo', { method: 'POST', body: 'x' }), 'POST'),
    }
  })
  assert.deepEqual(seen, { native: 'iterated', ours: 'iterated', posted: 'iterated' })
})

scenario('R11 unknown keys reach the platform’s fetch on a POST and a replay too', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const { client } = kit.kept
    const passed = []
    globalThis.fetch = (...args) => {
      passed.push(args)
      return kit.platformFetch(...args)
    }
    const status = await kit.outcome(
      client.fetch('/api/echo', { method: 'POST', body: 'x', retry: 3, next: { tags: ['a'] } }),
    )
    const own = passed.filter(([input]) => input === '/api/echo').map(([, { retry, next }]) => [retry, next])
    return { status, own }
  })
  assert.deepEqual(seen, {
    status: 200,
    own: [
      [3, { tags: ['a'] }],
      [3, { tags: ['a'] }],
    ],
  })
})

scenario('R11 the Response is the platform’s own, and streams as it comes', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const response = await client.fetch('/api/stream')
    const facts = [
      response.constructor === Response,
      response.type,
      response.redirected,
      new URL(response.url).pathname,
      response.bodyUsed,
    ]
    const lines = []
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece; !(piece = await reader.read()).done;) lines.push(piece.value)
    return { facts, lines: lines.join('').trim().split('\n').length }
  })
  assert.deepEqual(seen, { facts: [true, 'basic', false, '/api/stream', false], lines: 5 })
})

scenario(
  'R11 a body is read while the server is still sending it',
  async ({ inPage, t }) => {
    const slow = await startRecorder()
    t.after(slow.stop)
    let finish
    slow.stream = (response) => {
      response.write('first')
      finish = () => response.end('last')
    }
    await inPage(async (origin) => {
      const { client } = await kit.signedIn({ origins: [origin] })
      const response = await client.fetch(`${origin}/slow`)
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      kit.kept = { reader, first: (await reader.read()).value }
    }, slow.origin)
    finish()
    const seen = await inPage(async () => [kit.kept.first, (await kit.kept.reader.read()).value])
    assert.deepEqual(seen, ['first', 'last'])
  },
  { switches: { csp: 'off' } },
)

scenario(
  'R11 once the engine is loaded, an aborted signal rejects in the same microtask as native',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client, ready } = await kit.signedIn()
      await ready()
      const signal = AbortSignal.abort()
      const race = async (...fetches) => {
        const order = []
        await Promise.all(
          fetches.map(([name, fetch]) => fetch('/api/profile', { signal }).catch(() => order.push(name))),
        )
        return order
      }
      const native = ['native', fetch]
      const ours = ['ours', client.fetch]
      const reasons = await Promise.all(
        [native, ours].map(([, fetch]) => fetch('/api/profile', { signal }).catch((error) => error === signal.reason)),
      )
      return { first: await race(native, ours, native), second: await race(ours, native, ours), reasons }
    })
    assert.deepEqual(seen, {
      first: ['native', 'ours', 'native'],
      second: ['ours', 'native', 'ours'],
      reasons: [true, true],
    })
  },
)

scenario('R11 globalThis.fetch = authedFetch does not call itself', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const seen = await inPage(async () => {
    globalThis.fetch = kit.kept.authedFetch
    return kit.outcome(fetch('/api/profile'))
  })
  assert.equal(seen, 200)
  assert.equal((await backend.counters()).refreshes, 1)
})

scenario('a wrong option is refused on the spot, by its name, and nothing is changed', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const { client, configure, createAuthClient, AuthError } = await kit.signedIn()
    const refusals = []
    const wrong = [
      { refreshUrl: '/x' },
      { refreshBefore: '5' },
      { mode: 'bearer' },
      { csrf: { cookie: 1 } },
      { loginURL: [7] },
      'options',
    ]
    for (const options of wrong) {
      for (const take of [configure, createAuthClient]) {
        try {
          take(options)
          refusals.push('taken')
        } catch (error) {
          refusals.push(error instanceof AuthError && error.code === 'invalid_options' && error.message)
        }
      }
    }
    let event
    try {
      client.on('refreshed', () => {})
    } catch (error) {
      event = error.message
    }
    return {
      refusals,
      event,
      status: client.session.status,
      wrong: await kit.outcome(kit.signIn(client.fetch, 'wrong')),
    }
  })
  for (const [index, name] of ['refreshUrl', 'refreshBefore', 'mode', 'csrf', 'loginURL', 'options'].entries()) {
    assert.match(seen.refusals[2 * index], new RegExp(name))
    assert.equal(seen.refusals[2 * index], seen.refusals[2 * index + 1])
  }
  assert.match(seen.event, /refreshed.*refresh, retry/)
  assert.equal(seen.status, 'active')
  assert.equal(seen.wrong, 401)
  assert.equal((await backend.counters()).refreshes, 0)
})
