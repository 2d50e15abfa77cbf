/** What scenarios have at hand to speak to workers, as the global `workers`. */

const SCRIPT = '/runtimes/worker.js'

globalThis.workers = {
  dedicated: async () => new Worker(SCRIPT, { type: 'module' }),
  shared: async () => new SharedWorker(SCRIPT, { type: 'module' }).port,
  /** The page is its own from then on. */
  async service() {
    const { serviceWorker } = navigator
    await serviceWorker.register(SCRIPT, { type: 'module' })
    if (!serviceWorker.controller) {
      await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
    }
    return serviceWorker.controller
  },

  /** Lets a worker take one of its steps; what came of it. */
  ask(worker, step, given) {
    const { port1, port2 } = new MessageChannel()
    const told = new Promise((resolve, reject) => {
      port1.onmessage = ({ data: { value, thrown } }) => {
        if (thrown) reject(new Error(`In the worker: ${thrown}`))
        else resolve(value)
      }
      worker.addEventListener?.('error', ({ message }) => reject(new Error(`the worker: ${message}`)))
    })
    worker.postMessage({ step, given }, [port2])
    return told
  },

  /** What a worker repeats to the server, for it cannot read the cookie: the page hands it over. */
  csrf: () => ({ header: 'X-XSRF-TOKEN', value: /XSRF-TOKEN=([^;]*)/.exec(document.cookie)[1] }),
}
