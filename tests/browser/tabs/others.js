/** The other tabs of the origin, in the test's hands. Taken from the platform before a test replaces any of it. */

import { afterwards, inTime } from '../page.js'

const { locks } = navigator
const { BroadcastChannel, setTimeout } = globalThis

/** A lock that another tab holds. */
export class Lock {
  /** Resolves once it is granted. */
  static take(name, mode) {
    const lock = new Lock()
    const granted = (resolve) => () => new Promise((letGo) => resolve(Object.assign(lock, { letGo })))
    const taken = new Promise((resolve, reject) => locks.request(name, { mode }, granted(resolve)).catch(reject))
    afterwards(() => lock.release())
    return inTime(taken, `let go of ${name}`)
  }

  /** Lets go of it. */
  release() {
    this.letGo?.()
  }
}

/** A page of its own, as another tab is. */
export class Frame {
  constructor() {
    this.frame = document.body.appendChild(document.createElement('iframe'))
    afterwards(() => this.close())
  }

  /** Resolves once it is in the queue for the lock, with a promise in `granted` that it has it; it keeps that. */
  async wish(name) {
    const { locks } = this.frame.contentWindow.navigator
    const granted = new Promise((resolve, reject) => {
      locks.request(name, () => new Promise(() => resolve())).catch(reject)
    })
    await locks.query()
    return { granted }
  }

  /** It dies. */
  close() {
    this.frame.remove()
  }
}

/** A channel on which another tab listens. */
export class Channel {
  constructor(name) {
    this.heard = []
    this.channel = new BroadcastChannel(name)
    this.channel.onmessage = ({ data }) => this.heard.push(data)
    afterwards(() => this.close())
  }

  say(data) {
    this.channel.postMessage(data)
  }

  close() {
    this.channel.close()
  }
}

/** The package's locks, by mode and name, in the order of the alphabet; those that are waited for as well. */
export async function lines() {
  const { held, pending } = await locks.query()
  const line = ({ mode, name }) => `${mode} ${name}`
  const ours = ({ name }) => name.startsWith('oauth-refresh:')
  return [
    ...held.filter(ours).map(line).sort(),
    ...pending.filter(ours).map((lock) => `waiting ${line(lock)}`).sort(),
  ]
}

/** Resolves when the tasks have run that were due already, whatever the platform's other processes do meanwhile. */
export const task = () => new Promise((resolve) => setTimeout(resolve))
