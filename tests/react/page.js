/** What scenarios have at hand in the page besides `kit`: React, and what the package has for it. */
import { createElement, startTransition, StrictMode, useState, version } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { AuthProvider, useAuthedFetch, useSession } from 'oauth-refresh-wasm/react'
import { App, Status } from './app.js'

const root = document.querySelector('#root')

for (const kind of ['error', 'warn']) {
  const log = console[kind]
  console[kind] = (...words) => {
    kit.complaints.push(`console.${kind}: ${words.join(' ')}`)
    log(...words)
  }
}

Object.assign(kit, {
  ...{ h: createElement, flushSync, startTransition, StrictMode, useState, version },
  ...{ AuthProvider, useAuthedFetch, useSession, App, Status },

  /** Renders; what it has to do is done when it returns. */
  mount(element) {
    const made = createRoot(root)
    flushSync(() => made.render(element))
    return { update: (element) => flushSync(() => made.render(element)), unmount: () => flushSync(() => made.unmount()) }
  },

  hydrate(html, element, options) {
    root.innerHTML = html
    return hydrateRoot(root, element, options)
  },

  text: (id = 'status') => document.getElementById(id)?.textContent,

  /** Resolves when an element shows a text. */
  shows: (text, id) =>
    new Promise((resolve) => {
      const look = () => kit.text(id) === text && (observer.disconnect(), resolve())
      const observer = new MutationObserver(look)
      observer.observe(root, { subtree: true, childList: true, characterData: true })
      look()
    }),

  /** A client that counts who listens to its session. */
  counted(client) {
    const counts = { subscribed: 0, listening: 0 }
    const subscribe = (listener) => {
      counts.subscribed += 1
      counts.listening += 1
      const undo = client.session.subscribe(listener)
      let over = false
      return () => {
        if (!over) counts.listening -= 1
        over = true
        undo()
      }
    }
    const { getSnapshot } = client.session
    return { counts, client: { ...client, session: { subscribe, getSnapshot } } }
  },
})
