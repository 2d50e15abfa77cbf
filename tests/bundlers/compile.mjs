import { promisify } from 'node:util'

/** Runs webpack, or Rspack, which is used as webpack is; its stats, or an error with its complaints. */
export async function compile(bundler, options) {
  const compiler = bundler({ mode: 'production', ...options })
  const stats = await promisify(compiler.run.bind(compiler))()
  await promisify(compiler.close.bind(compiler))()
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'))
  return stats
}
