import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { startProvider } from './harness/provider.mjs'
import { scenario } from './harness/scenario.mjs'

const CALLERS = 20
const EXPIRIES = 10
const PAGE = '/tests/blank.html'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider?.stop())

scenario(
  'a page over a backend over a provider: sign-in, expiries under load, sign-out, and never a token twice',
  async ({ backend, page, inPage }) => {
    await signIn(page)
    const beginning = await inPage(async () => {
      const { configure } = await kit.load()
      const client = configure({ sessionURL: '/auth/session', logoutURL: '/auth/logout' })
      kit.kept = { client, heard: kit.listen(client) }
      await kit.until(client.session, ({ status }) => status !== 'unknown')
      return client.session.status
    })
    assert.equal(beginning, 'active')

    for (let expiry = 1; expiry <= EXPIRIES; expiry += 1) {
      await backend.expire()
      const answers = await inPage(async (callers) => {
        const { authedFetch } = await kit.load()
        const one = async () => {
          const response = await authedFetch('/api/userinfo')
          return [response.status, (await response.json()).sub]
        }
        return Promise.all(Array.from({ length: callers }, one))
      }, CALLERS)
      assert.deepEqual(answers, Array(CALLERS).fill([200, 'ann']))
      assert.equal(provider.counts.refreshes, expiry)
    }
    assert.equal(provider.counts.reuseDetected, 0)

    const end = await inPage(async () => {
      const { client, heard } = kit.kept
      await client.signOut()
      const { authedFetch } = await kit.load()
      const { status } = await authedFetch('/api/userinfo')
      return { status, session: client.session.status, heard: JSON.stringify(heard), html: document.documentElement.outerHTML }
    })
    assert.equal(end.status, 401)
    assert.equal(end.session, 'signed_out')
    assert.deepEqual([provider.counts.revocations, provider.counts.grantsRevoked], [1, 1])
    const seen = [end.heard, end.html, JSON.stringify(await page.cookies())].join('\n')
    assert.ok(provider.issued.size > 2 * EXPIRIES)
    for (const token of provider.issued) assert.ok(!seen.includes(token), 'the page has a token')
  },
  { env: () => provider.environment },
)

/** Signs in as a person does: by the provider's own form, and back. */
async function signIn(page) {
  await page.open(`/auth/login?return_to=${PAGE}`)
  await page.drive(async (driver) => {
    await driver.findElement({ name: 'login' }).sendKeys('ann')
    await driver.findElement({ name: 'password' }).sendKeys('any')
    await driver.findElement({ css: 'button[type=submit]' }).click()
    await driver.wait(async () => (await driver.getCurrentUrl()) === page.origin + PAGE, 10_000)
  })
}
