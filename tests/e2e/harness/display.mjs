import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A screen for a browser that cannot do without: the one there is, or a virtual one of its own. */
export async function openDisplay() {
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return { environment: {}, close() {} }
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const ended = once(screen, 'exit')
  const failed = ended.then(([code]) => {
    throw new Error(`Xvfb ended with ${code} before it had a display.`)
  })
  failed.catch(() => {})
  const [number] = await Promise.race([once(createInterface(screen.stdio[3]), 'line'), failed])
  return {
    environment: { DISPLAY: `:${number}` },
    async close() {
      if (screen.exitCode === null && screen.kill()) await ended
    },
  }
}
