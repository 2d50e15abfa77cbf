import assert from 'node:assert/strict'
import { tabsScenario } from './harness/tabs.mjs'

const TABS = 4

tabsScenario(
  'F1 F3 offline no tab loses its session, and back online one refresh serves all',
  TABS,
  async ({ backend, tabs, all }) => {
    // The driver shows each tab that it asks something of, and becoming visible tries again as well.
    await tabs.each(all, () => kit.turn('hidden'))
    for (const tab of all) await tab.offline()
    const lost = await tabs.each(all, async () => {
      kit.kept.generation = kit.client.session.generation
      return [(await kit.client.refresh().catch(kit.told)).code, kit.take('sessionend')]
    })
    assert.deepEqual(lost, Array(TABS).fill(['refresh_unavailable', []]))
    await backend.expire()
    await backend.forget()
    for (const tab of all) await tab.online()
    const seen = await tabs.each(all, async () => {
      await kit.until(kit.client.session, ({ generation, status }) => generation > kit.kept.generation && status === 'active')
      return [await kit.outcome(kit.client.fetch('/api/profile')), kit.take('sessionend')]
    })
    assert.deepEqual(seen, Array(TABS).fill([200, []]))
    const { refreshes, apiUnauthorized, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, apiUnauthorized, reuseDetected }, { refreshes: 1, apiUnauthorized: 0, reuseDetected: 0 })
  },
  { client: { proactive: 'always' } },
)

tabsScenario(
  'T3 S3 the network is back for all tabs at the same moment: one of them refreshes',
  TABS,
  async ({ backend, tabs, all }) => {
    await backend.set({ refreshAnswer: 'unavailable' })
    await tabs.each(all, () => {
      kit.turn('hidden')
      kit.network = new BroadcastChannel('the network of a test')
      kit.network.onmessage = () => dispatchEvent(new Event('online'))
    })
    const failed = await tabs.each(all, async () => {
      kit.kept.generation = kit.client.session.generation
      return (await kit.client.refresh().catch(kit.told)).code
    })
    assert.deepEqual(failed, Array(TABS).fill('refresh_unavailable'))
    await backend.set({ refreshAnswer: 'ok' })
    await backend.forget()
    await all[0].run(() => {
      kit.network.postMessage('back')
      dispatchEvent(new Event('online'))
    })
    await tabs.each(all, () => kit.until(kit.client.session, ({ generation }) => generation > kit.kept.generation))
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
  },
  { client: { proactive: 'always' } },
)
