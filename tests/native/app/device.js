// The native half of React Native, scripted: what its JavaScript asks the phone for. All of the JavaScript is React
// Native's own: AppState, XMLHttpRequest, fetch, Request, AbortController, URL, FormData.

const laterInVm = globalThis.setTimeout

let now = 1_750_000_000_000
let timers = []
let lastTimer = 0

Date.now = () => now
globalThis.performance = { now: () => now - 1_750_000_000_000 }
globalThis.setTimeout = (callback, milliseconds = 0, ...args) => {
  timers.push({ id: ++lastTimer, at: now + milliseconds, run: () => callback(...args) })
  return lastTimer
}
globalThis.clearTimeout = (id) => {
  timers = timers.filter((timer) => timer.id !== id)
}
globalThis.window = globalThis
globalThis.navigator = { product: 'ReactNative' }

let tell
const jobs = new Map()
let lastJob = 0

/** An event of the native side, in a task of its own. */
const emit = (name, ...args) => laterInVm(() => tell(name, ...args))

const blobs = new Map()

function blob(text) {
  const blobId = `blob ${blobs.size}`
  blobs.set(blobId, text)
  return { blobId, offset: 0, size: text.length }
}

const modules = {
  AppState: {
    getConstants: () => ({ initialAppState: 'active' }),
    getCurrentAppState: (told) => told({ app_state: device.state }),
    addListener() {},
    removeListeners() {},
  },
  PlatformConstants: {
    getConstants: () => ({ isTesting: true, osVersion: '18', systemName: 'iOS', interfaceIdiom: 'phone' }),
  },
  BlobModule: {
    getConstants: () => ({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }),
    addNetworkingHandler() {},
    createFromParts: (parts, blobId) => blobs.set(blobId, parts.map(({ data }) => data).join('')),
    release: (blobId) => blobs.delete(blobId),
  },
  FileReaderModule: {
    readAsText: async ({ blobId }) => blobs.get(blobId),
  },
  Networking: {
    sendRequest({ method, url, data, headers, responseType, withCredentials }, given) {
      const id = ++lastJob
      given(id)
      const body = data.string ?? data.formData?.map(({ fieldName, string }) => `${fieldName}=${string}`).join('&')
      const request = { method, url, headers, body, withCredentials }
      jobs.set(id, request)
      device.requests.push(request)
      Promise.resolve(device.answer(request)).then((answer) => {
        if (!jobs.delete(id)) return
        if (!answer) return emit('didCompleteNetworkResponse', [id, 'The network connection was lost.', false])
        const { status, headers = {}, body: said } = answer
        emit('didReceiveNetworkResponse', [id, status, { 'content-type': 'application/json', ...headers }, url])
        const text = said === undefined ? '' : JSON.stringify(said)
        emit('didReceiveNetworkData', [id, responseType === 'blob' ? blob(text) : text])
        emit('didCompleteNetworkResponse', [id, null, false])
      })
    },
    abortRequest: (id) => jobs.delete(id),
    addListener() {},
    removeListeners() {},
  },
}
globalThis.RN$Bridgeless = true
globalThis.nativeModuleProxy = {}
globalThis.__turboModuleProxy = (name) => modules[name]

/** The phone in the hands of a scenario. */
export const device = {
  /** What was sent, in order. */
  requests: [],
  /** The server: an answer to each request, or nothing, for a network that is lost. */
  answer: () => ({ status: 200 }),
  state: 'active',

  /** Lets everything happen that is due. */
  settle: () => device.advance(0),

  /** Lets so many seconds pass, timer by timer. */
  async advance(seconds) {
    const end = now + seconds * 1000
    for (;;) {
      await idle()
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0]
      if (!due) break
      timers.splice(timers.indexOf(due), 1)
      now = Math.max(now, due.at)
      due.run()
    }
    now = end
  },

  /** Sleeps: time passes, and no timer runs. */
  sleep(seconds) {
    now += seconds * 1000
  },

  /** How many listen to the state of the app, besides AppState itself. */
  listeners: () => emitter.listenerCount('appStateDidChange') - 1,

  /** In how many seconds each timer runs. */
  timers: () => timers.map(({ at }) => (at - now) / 1000),

  /** Brings the app to the front, or puts it away. */
  turn(state) {
    device.state = state
    tell('appStateDidChange', { app_state: state })
    return device.settle()
  },
}

/** When neither a promise nor an event of the native side is outstanding: whatever these cause is a task or two away. */
async function idle() {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => laterInVm(resolve))
}

require('react-native/Libraries/Core/setUpXHR')
const emitter = require('react-native/Libraries/EventEmitter/RCTDeviceEventEmitter').default
tell = (...args) => emitter.emit(...args)
