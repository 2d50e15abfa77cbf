import { createElement as h, version } from 'react'
import { renderToString } from 'react-dom/server'
import { client, configure, createAuthClient } from 'oauth-refresh-wasm'
import { App } from './app.js'

const { Module } = WebAssembly
/** The engine is two: itself, and what unpacks it. */
let modules = 0
WebAssembly.Module = class extends Module {
  constructor(bytes) {
    modules += 1
    super(bytes)
  }
}

/** As a server of many users renders the page; `own` is about a client that somebody has signed in, if there is one. */
export function render() {
  renderToString(h(App))
  const loaded = modules
  configure({ sessionURL: '/auth/session', baseURL: 'https://app.example', crossTab: false })
  const signedIn = createAuthClient({ crossTab: false })
  signedIn.signIn({ expires_in: 300 })
  const html = { default: renderToString(h(App)), own: renderToString(h(App, { client: signedIn })) }
  const statuses = { default: client.session.status, own: signedIn.session.status }
  signedIn.dispose()
  client.dispose()
  return { version, html, statuses, modules: { loaded, later: modules } }
}
