import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, createServer } from 'vite'
import { scenario } from './harness/scenario.mjs'

const fixture = fileURLToPath(new URL('../package/fixtures/vite', import.meta.url))
const PAGES = ['index.html', 'streamed.html']

/** An application that has installed the package, and nothing that knows of it: no plug-in, no option. */
async function application({ packed, t }) {
  const root = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-vite-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  await cp(fixture, root, { recursive: true })
  await mkdir(join(root, 'node_modules'))
  await cp(packed.folder, join(root, 'node_modules', 'oauth-refresh-wasm'), { recursive: true })
  return { root, configFile: false, logLevel: 'error' }
}

async function works(page, backend, path) {
  await backend.forget()
  await page.open(path)
  await page.driver.wait(
    () => page.driver.executeScript('return globalThis.app !== undefined'),
    15_000,
    `${path} does not come to its end`,
  )
  const app = await page.driver.executeScript('return globalThis.app')
  assert.deepEqual(app, { statuses: Array(10).fill(200), generation: 2 })
  assert.equal((await backend.counters()).refreshes, 1)
}

scenario('Vite, production build: both entries work under a strict policy', async (stage) => {
  const { backend, page, packed } = stage
  const config = await application(stage)
  const input = PAGES.map((name) => join(config.root, name))
  await build({
    ...config,
    base: '/package/built/',
    build: { outDir: join(packed.folder, 'built'), rolldownOptions: { input } },
  })
  for (const name of PAGES) await works(page, backend, `/package/built/${name}`)
  const fetched = Object.keys((await backend.counters()).byPath).filter((call) => call.endsWith('.wasm'))
  assert.equal(fetched.length, 1, 'the second page streams the engine from a file of its own')
})

scenario('Vite, development server: both entries work', async (stage) => {
  const { backend, page, t } = stage
  const config = await application(stage)
  const proxy = Object.fromEntries(['/api', '/auth', '/playground'].map((path) => [path, backend.origin]))
  const server = await createServer({ ...config, server: { host: '127.0.0.1', port: 0, proxy } })
  t.after(() => server.close())
  await server.listen()
  const { port } = server.httpServer.address()
  const development = page.at(`http://127.0.0.1:${port}`)
  for (const name of PAGES) await works(development, backend, `/${name}`)
})
