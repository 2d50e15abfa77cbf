import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE = 10_000
const POLL = 10

/**
 * A backend of its own on a free port: `mounts` are pairs of a path and the folder served below it, `env` is what its
 * environment has besides.
 */
export async function startBackend({ mounts = [], dist, env } = {}) {
  const program = process.env.PLAYGROUND_BACKEND
  if (!program) {
    throw new Error(
      'PLAYGROUND_BACKEND does not name the backend. Run `cargo xtask test e2e`, which builds it and says so.',
    )
  }
  const args = ['--port', '0', ...mounts.flatMap(([path, folder]) => ['--mount', `${path}=${folder}`])]
  if (dist) args.push('--dist', dist)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  return new Backend(child, await address(child))
}

async function address(child) {
  const failed = Promise.race([
    once(child, 'error').then(([error]) => Promise.reject(error)),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`The backend ended with ${code} before it listened.`)),
    ),
  ])
  failed.catch(() => {})
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed])
  return line.replace('listening on ', '')
}

/** What the server saw is the judge of every scenario; its switches set the stage. */
class Backend {
  #child

  constructor(child, origin) {
    this.#child = child
    this.origin = origin
  }

  /** Turns switches: see `www/backend/src/switches.rs`. */
  async set(switches) {
    await this.#call('PATCH', 'switches', switches)
  }

  /** All access tokens expire; sessions and refresh tokens live. */
  expire() {
    return this.#call('POST', 'expire')
  }

  /** The server forgets all sessions. */
  end() {
    return this.#call('POST', 'end')
  }

  /** Lets go of what `holdRefresh` and `holdApi` hold; they hold what comes next. */
  release() {
    return this.#call('POST', 'release')
  }

  async counters() {
    return (await this.#call('GET', 'counters')).json()
  }

  /** Counts from here on. */
  forget() {
    return this.#call('POST', 'counters/reset')
  }

  /** The requests in the order in which they came, as `METHOD path status`. */
  async log() {
    const entries = await (await this.#call('GET', 'log')).json()
    return entries.map(({ method, path, status, state }) => `${method} ${path} ${status ?? state}`)
  }

  /** Waits until the counters satisfy a condition, for so many milliseconds. */
  async until(condition, patience = PATIENCE) {
    const deadline = Date.now() + patience
    for (;;) {
      const counters = await this.counters()
      if (condition(counters)) return counters
      if (Date.now() > deadline) throw new Error(`Not so: ${condition}; the server counted ${JSON.stringify(counters)}`)
      await pause(POLL)
    }
  }

  async #call(method, path, body) {
    const response = await fetch(`${this.origin}/playground/${path}`, { method, body: body && JSON.stringify(body) })
    if (!response.ok)
      throw new Error(`${method} /playground/${path} was answered ${response.status}: ${await response.text()}`)
    return response
  }

  async stop() {
    const ended = once(this.#child, 'exit')
    if (this.#child.exitCode === null && this.#child.kill()) await ended
  }
}
