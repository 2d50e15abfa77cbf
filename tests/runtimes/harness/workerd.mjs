import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

/** How Cloudflare's tools bundle a worker: by these conditions, and with `.wasm` files as modules beside it. */
const options = {
  outdir: 'out',
  bundle: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  loader: { '.wasm': 'copy' },
  assetNames: '[name]',
}

/** Bundles the worker into the application's folder `out`; tells which files it is made of. */
export async function bundle(app) {
  const { metafile } = await build({ ...options, absWorkingDir: app.root, entryPoints: ['workerd.js'], metafile: true })
  return Object.keys(metafile.inputs).map((path) => path.replace('node_modules/oauth-refresh-wasm/', 'the package: '))
}

/** Bundles a script into the same folder, but with the addresses of `.wasm` files, as tools for pages do. */
export async function bundleForPages(app, script) {
  await build({ ...options, absWorkingDir: app.root, entryPoints: [script], loader: { '.wasm': 'file' } })
  return join('out', script)
}

/** The oldest date of compatibility that has what the package needs: since then, `fetch` takes `cache`. */
const OLDEST = '2024-11-11'

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (
      name = "worker",
      worker = (
        modules = [
          (name = "workerd.js", esModule = embed "workerd.js"),
          (name = "core.wasm", wasm = embed "core.wasm"),
        ],
        compatibilityDate = "${OLDEST}",
        globalOutbound = "machine",
      ),
    ),
    (name = "machine", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`

/** workerd with what {@link bundle} made; `complaints` is what it prints. */
export async function serve(path, app) {
  await writeFile(join(app.root, 'out', 'config.capnp'), CONFIG)
  const child = spawn(path, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: join(app.root, 'out'),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const complaints = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => complaints.push(String(data)))
  const failed = ended.then(([code]) => {
    throw new Error(`workerd ended with ${code}: ${complaints.join('')}`)
  })
  failed.catch(() => {})
  const [line] = await Promise.race([once(createInterface(child.stdio[3]), 'line'), failed])
  return {
    origin: `http://127.0.0.1:${JSON.parse(line).port}`,
    complaints,
    async stop() {
      if (child.exitCode === null && child.kill()) await ended.catch(() => {})
    },
  }
}
