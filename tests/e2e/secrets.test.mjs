import assert from 'node:assert/strict'
import { startRecorder } from './harness/recorder.mjs'
import { scenario } from './harness/scenario.mjs'

scenario('K1 nothing is written to any storage, nor to a cookie, in a whole session', async ({ backend, inPage }) => {
  await inPage(() => {
    const writes = []
    const watch = (prototype, name) => {
      const before = prototype[name]
      prototype[name] = function (...args) {
        writes.push(`${prototype[Symbol.toStringTag]}.${name}`)
        return before.apply(this, args)
      }
    }
    for (const name of ['setItem', 'removeItem', 'clear']) watch(Storage.prototype, name)
    for (const name of ['open', 'deleteDatabase']) watch(IDBFactory.prototype, name)
    for (const name of ['open', 'delete']) watch(CacheStorage.prototype, name)
    for (const name of ['put', 'add', 'addAll']) watch(Cache.prototype, name)
    if (globalThis.CookieStore) for (const name of ['set', 'delete']) watch(CookieStore.prototype, name)
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
    Object.defineProperty(Document.prototype, 'cookie', {
      ...cookie,
      set(value) {
        writes.push('document.cookie')
        cookie.set.call(this, value)
      },
    })
    kit.kept = { writes, cookies: document.cookie }
  })
  await inPage(async () => {
    const { client } = await kit.signedIn({ sessionURL: '/auth/session', debug: true })
    await client.refresh()
    await client.fetch('/api/profile')
    Object.assign(kit.kept, { client })
  })
  await backend.expire()
  const written = await inPage(() => {
    const { client } = kit.kept
    return kit.outcome(
      client.fetch('/api/notes', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"text":"a"}',
      }),
    )
  })
  assert.equal(written, 201)
  await backend.end()
  const seen = await inPage(async () => {
    const { client, writes, cookies } = kit.kept
    await client.fetch('/api/profile')
    await kit.signIn(client.fetch)
    await client.signOut()
    localStorage.setItem('the watch', 'works')
    document.cookie = 'the-watch=works; max-age=0'
    return {
      writes,
      local: Object.keys(localStorage),
      tab: Object.keys(sessionStorage),
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      cookies: document.cookie === cookies,
    }
  })
  assert.deepEqual(seen, {
    writes: ['Storage.setItem', 'document.cookie'],
    local: ['the watch'],
    tab: [],
    databases: [],
    caches: [],
    cookies: true,
  })
  await inPage(() => localStorage.clear())
})

scenario('K4 no token is in events, errors, snapshots, or on the console', async ({ backend, page, inPage }) => {
  await inPage(async () => {
    const told = []
    for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
      console[level] = (...args) => told.push(JSON.stringify(args))
    }
    const { client } = await kit.signedIn({ debug: true })
    kit.kept = { client, told, heard: kit.listen(client) }
  })
  const tokens = new Set()
  const note = async () => tokens.add((await page.cookies()).access_token)
  await note()
  await inPage(async () => {
    const { client } = kit.kept
    await client.refresh()
    await client.fetch('/api/profile')
  })
  await note()
  await backend.expire()
  await backend.set({ refreshAnswer: 'forbidden' })
  await inPage(async () => {
    const { client, told } = kit.kept
    const error = await client.fetch('/api/profile').catch((error) => error)
    told.push(error.message, error.stack, JSON.stringify(error), JSON.stringify(Object.entries(error)))
  })
  await backend.set({ refreshAnswer: 'ok' })
  await inPage(() => kit.kept.client.refresh())
  await note()
  await backend.set({ refreshAnswer: 'invalid_grant' })
  const all = await inPage(async () => {
    const { client, told, heard } = kit.kept
    told.push(JSON.stringify(await kit.outcome(client.refresh())))
    return JSON.stringify([told, heard, client.session.getSnapshot()])
  })
  tokens.add(await page.refreshToken())
  assert.equal(tokens.size, 4)
  assert.match(all, /forbidden|403/)
  assert.match(all, /sessionend/)
  for (const token of tokens) {
    assert.ok(token?.length > 20, `${token} is a token`)
    assert.equal(all.includes(token), false)
  }
})

scenario(
  'K5 the SDK’s own calls follow no redirect and ask for no stored answer',
  async ({ inPage, t }) => {
    const auth = await startRecorder()
    t.after(auth.stop)
    auth.answer = ({ path }) =>
      path === '/auth/refresh'
        ? { status: 302, body: {}, headers: { location: '/elsewhere' } }
        : { status: 200, body: { expires_in: 60 } }
    await inPage(async (origin) => {
      const { configure } = await kit.load()
      const client = configure({
        origins: [origin],
        refreshURL: `${origin}/auth/refresh`,
        sessionURL: `${origin}/auth/session`,
        logoutURL: `${origin}/auth/logout`,
      })
      await kit.until(client.session, ({ status }) => status === 'active')
      await client.refresh()
      await client.signOut()
    }, auth.origin)
    assert.deepEqual(
      auth.requests.map(({ method, path }) => `${method} ${path}`),
      ['GET /auth/session', 'POST /auth/refresh', 'GET /auth/session', 'POST /auth/logout'],
    )
    for (const { path, headers } of auth.requests) assert.equal(headers['cache-control'], 'no-cache', path)
  },
  { switches: { csp: 'off' } },
)
