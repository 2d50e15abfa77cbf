import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { createApp, node } from './harness/app.mjs'
import { program } from './harness/programs.mjs'
import { judge, startService } from './harness/service.mjs'
import { bundle, bundleForPages, serve } from './harness/workerd.mjs'
import { CALLERS } from './pages/journey.js'

const { path, skip } = program('workerd')

let app
let bundled
let worker
before(async () => {
  app = await createApp()
  if (skip) return
  bundled = await bundle(app)
  worker = await serve(path, app)
})
after(async () => {
  await worker?.stop()
  await app?.remove()
})

/** What the worker answers there, as JSON. */
async function ask(pathname, parameters) {
  const response = await fetch(`${worker.origin}${pathname}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  assert.equal(response.status, 200, `${text}${worker.complaints.join('')}`)
  return JSON.parse(text)
}

test('S1 R5 workerd: the import is silent, and 20 callers share one refresh', { skip }, async (t) => {
  const service = await startService()
  t.after(service.stop)
  const { top, one, ...told } = await ask('/journey', { origin: service.origin })
  judge(told, service.requests)
  assert.equal(top, 'unknown')
  assert.equal(one, true, './url is the main entry')
  assert.deepEqual(worker.complaints, [])
})

test('workerd: the engine comes as a module that is compiled already, and no second time', { skip }, () => {
  assert.deepEqual(bundled.sort(), ['journey.js', 'the package: core.wasm', 'the package: workerd.js', 'workerd.js'])
})

test('S1 workerd: requests at the same time, each for its own user, refresh once each', { skip }, async (t) => {
  const users = ['ann', 'ben', 'cem', 'dot', 'eve']
  const service = await startRecorder()
  t.after(service.stop)
  const refused = new Map(users.map((user) => [user, 0]))
  const renewed = new Set()
  let allRefused
  const storm = new Promise((resolve) => (allRefused = resolve))
  service.answer = async ({ path }) => {
    const [, user, what] = path.split('/')
    if (what === 'refresh') {
      // So that all users' refreshes are under way at once.
      await storm
      renewed.add(user)
    }
    if (renewed.has(user)) return { status: 200, body: { expires_in: 3600 } }
    refused.set(user, refused.get(user) + 1)
    if ([...refused.values()].every((count) => count === CALLERS)) allRefused()
    return { status: 401, body: {} }
  }
  const answers = await Promise.all(users.map((user) => ask('/user', { origin: service.origin, user })))
  assert.deepEqual(answers, Array(users.length).fill(Array(CALLERS).fill(200)))
  const refreshes = service.requests.map(({ path }) => path).filter((path) => path.endsWith('/refresh'))
  assert.deepEqual(refreshes.sort(), users.map((user) => `/${user}/refresh`))
  assert.deepEqual(worker.complaints, [])
})

test("the condition 'workerd' with a tool that makes something else of core.wasm: the error says so", async () => {
  const { message, ...error } = await node.run(app, await bundleForPages(app, 'ready.js'))
  assert.deepEqual(error, { name: 'AuthError', code: 'engine_unavailable' })
  assert.match(message, /importing core\.wasm gave no WebAssembly\.Module.* leave out the condition 'workerd'/)
})
