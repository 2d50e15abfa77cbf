import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NEXT_IGNORE_INCORRECT_LOCKFILE: '1' }

/** `next build` in the application's folder, by one of its bundlers. */
export async function build(root, bundler) {
  await promisify(execFile)(process.execPath, [next, 'build', `--${bundler}`], { cwd: root, env }).catch((error) => {
    throw new Error(`next build --${bundler} failed: ${error.stdout}${error.stderr}`, { cause: error })
  })
}

/** `next start` in the application's folder, on a port of its own. */
export async function start(root) {
  const args = [next, 'start', '--port', '0', '--hostname', '127.0.0.1']
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  const complaints = text(child.stderr)
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await ended
  }
  const listening = async () => {
    for await (const line of createInterface(child.stdout)) {
      const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
      if (origin) return origin
    }
    throw new Error(`next start ended before it listened: ${await complaints}`)
  }
  return { origin: await listening(), stop }
}

/** One origin for a site and its backend, as a server in front of both makes it. */
export async function front(site, backend) {
  const server = createServer((incoming, answer) => {
    const isForBackend = /^\/(api\/items|auth|playground)\b/.test(incoming.url)
    const { method, headers } = incoming
    const passed = request(new URL(incoming.url, isForBackend ? backend : site), { method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.rawHeaders)
      response.pipe(answer)
    })
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, stop }
}
