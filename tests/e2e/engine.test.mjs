// What the scenarios of many tabs take for granted of the engine, and of the driver under it.
import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { scenario } from './harness/scenario.mjs'

scenario('the engine: windows are visible side by side and share locks and channels', async ({ page: first, openTab }) => {
  const [second, third] = [await openTab(undefined, { type: 'window' }), await openTab(undefined, { type: 'window' })]
  await first.run(() => {
    navigator.locks.request('shared', () => new Promise(() => {}))
    const channel = new BroadcastChannel('news')
    kit.kept = { heard: new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data))) }
  })
  await second.run(() => {
    kit.kept = { taken: navigator.locks.request('shared', () => 'taken') }
    new BroadcastChannel('news').postMessage('hello')
  })
  assert.equal(await first.run(() => kit.kept.heard), 'hello')
  const held = () => third.run(async () => (await navigator.locks.query()).held.map(({ name }) => name))
  assert.deepEqual(await held(), ['shared'])
  const visible = await Promise.all([first, second, third].map((tab) => tab.run(() => document.visibilityState)))
  assert.deepEqual(visible, ['visible', 'visible', 'visible'])
  await third.close()
  assert.deepEqual(await second.run(() => Promise.race([kit.kept.taken, 'waiting'])), 'waiting')
})

scenario('the engine: a lock goes to the next when the tab that holds it is closed', async ({ page: first, openTab }) => {
  const second = await openTab(undefined, { type: 'window' })
  await second.run(() => {
    navigator.locks.request('shared', () => new Promise(() => {}))
  })
  await first.run(() => {
    kit.kept = { taken: navigator.locks.request('shared', () => 'taken') }
  })
  await second.close()
  assert.equal(await first.run(() => kit.kept.taken), 'taken')
})

scenario('the engine: tabs of one window hide each other', async ({ page: first, openTab }) => {
  const second = await openTab()
  const states = [await second.run(() => document.visibilityState), await first.run(() => document.visibilityState)]
  assert.deepEqual(states, [engine.name === 'webkit' ? 'hidden' : 'visible', 'visible'])
})

scenario(
  'the engine: pages go into the back/forward cache and come out alive',
  async ({ page }) => {
    await page.run(() => {
      kit.kept = 'alive'
    })
    await page.open('/tests/blank.html?next')
    assert.equal(await page.back(), true)
    assert.equal(await page.run(() => kit.kept), 'alive')
    assert.equal(await page.forward(), true)
    assert.equal(await page.run(() => location.search), '?next')
  },
  { switches: { keepPages: true } },
)

scenario('the engine: one tab goes offline and comes back', async ({ page: first, openTab }) => {
  const second = await openTab(undefined, { type: 'window' })
  const reaches = (tab) =>
    tab.run(async () => [navigator.onLine, typeof (await kit.outcome(fetch('/auth/session'))) === 'number'])
  await first.run(() => {
    kit.kept = []
    for (const type of ['offline', 'online']) addEventListener(type, () => kit.kept.push(type))
  })
  await first.offline()
  assert.deepEqual(await reaches(first), [false, false])
  assert.deepEqual(await reaches(second), [true, true])
  await first.online()
  assert.deepEqual(await reaches(first), [true, true])
  assert.deepEqual(await first.run(() => kit.kept), ['offline', 'online'])
})

scenario(
  'the engine: a frozen tab does nothing, and goes on when it thaws',
  async ({ backend, page: first, openTab }) => {
    const second = await openTab(undefined, { type: 'window' })
    await second.run(() => {
      kit.kept = []
      for (const type of ['freeze', 'resume']) document.addEventListener(type, () => kit.kept.push(type))
      new BroadcastChannel('go').onmessage = () => fetch('/api/from-the-frozen')
    })
    await second.freeze()
    await first.run(async () => {
      new BroadcastChannel('go').postMessage('')
      await fetch('/api/from-the-other')
    })
    const { byPath } = await backend.counters()
    assert.equal(byPath['GET /api/from-the-other'], 1)
    assert.equal(byPath['GET /api/from-the-frozen'], undefined)
    await second.thaw()
    await backend.until(({ byPath }) => byPath['GET /api/from-the-frozen'] === 1)
    assert.deepEqual(await second.run(() => kit.kept), ['freeze', 'resume'])
  },
  { skip: engine.lacks.freezing },
)

scenario(
  'the engine: what nobody holds is collected',
  async ({ page }) => {
    await page.run(() => {
      kit.kept = new WeakRef({})
    })
    await page.collectGarbage()
    assert.equal(await page.run(() => kit.kept.deref() === undefined), true)
  },
  { skip: engine.lacks.collectingGarbage },
)
