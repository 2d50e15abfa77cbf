import './device'

// The test has named the scenario in front of the bundle.
const names = () => Object.getOwnPropertyNames(globalThis).sort()
const before = names()
const fetchBefore = globalThis.fetch
const sdk = require('oauth-refresh-wasm')
const found = { added: names().filter((name) => !before.includes(name)), fetchIsKept: globalThis.fetch === fetchBefore }

const { scenarios } = require('./scenarios')

Promise.resolve()
  .then(() => scenarios[globalThis.SCENARIO](sdk, found))
  .then(
    (value) => print(JSON.stringify({ value })),
    (error) => print(JSON.stringify({ thrown: `${error?.stack ?? error}` })),
  )
