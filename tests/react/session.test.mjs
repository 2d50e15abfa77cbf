import assert from 'node:assert/strict'
import { everywhere } from './stage.mjs'

for (const mode of ['development', 'production']) {
  everywhere(
    'a component shows the session, and renders once for each change of it',
    async ({ backend, inPage, major }) => {
      const seen = await inPage(async () => {
        const { client } = await kit.signedIn()
        const changes = []
        client.session.subscribe(() => changes.push(client.session.getSnapshot()))
        const renders = []
        const { unmount } = kit.mount(kit.h(kit.Status, { onRender: (snapshot) => renders.push(snapshot) }))
        const shown = [kit.text()]
        await Promise.all([client.refresh(), client.refresh()])
        shown.push(kit.text())
        await client.signOut()
        shown.push(kit.text())
        unmount()
        await kit.signIn(client.fetch)
        const rendered = renders.length
        return { version: kit.version, shown, rendered, each: changes.slice(0, rendered - 1).every((change, at) => change === renders[at + 1]) }
      })
      assert.equal(seen.version.split('.')[0], major)
      assert.deepEqual(seen.shown, ['active 1 true', 'active 2 true', 'signed_out 2 false'])
      // The first, then: refreshing, active, signed out. None after the end.
      assert.deepEqual([seen.rendered, seen.each], [4, true])
      assert.equal((await backend.counters()).refreshes, 1)
    },
    { mode },
  )
}

everywhere('F2 the end of a session that the server ends is shown', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { client } = await kit.signedIn()
    kit.mount(kit.h(kit.App, {}))
    kit.kept = { client }
  })
  await backend.end()
  const seen = await inPage(async () => {
    const { status } = await kit.kept.client.fetch('/api/profile')
    return [status, kit.text()]
  })
  assert.deepEqual(seen, [401, 'ended 1 false'])
})

everywhere('in Strict Mode one subscription is left, and none after unmount', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const { client: double, counts } = kit.counted(client)
    const strict = (children) => kit.h(kit.StrictMode, null, kit.h(kit.AuthProvider, { client: double }, children))
    const { update, unmount } = kit.mount(strict(kit.h(kit.Status)))
    const mounted = { ...counts }
    update(strict(kit.h(kit.Status)))
    const again = { ...counts }
    await client.refresh()
    const text = kit.text()
    unmount()
    return { mounted, again, text, after: counts.listening }
  })
  // Mounted, unmounted and mounted again, which is what Strict Mode does.
  assert.deepEqual(seen.mounted, { subscribed: 2, listening: 1 })
  assert.deepEqual(seen.again, seen.mounted)
  assert.deepEqual([seen.text, seen.after], ['active 2 true', 0])
})

everywhere('a hundred components listen and let go; no two show different states in one frame', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const { client: double, counts } = kit.counted(client)
    let set
    const Slow = ({ milliseconds }) => {
      const end = performance.now() + milliseconds
      while (performance.now() < end);
      return null
    }
    const Many = () => {
      const [round, setRound] = kit.useState(0)
      set = setRound
      const list = Array.from({ length: 100 }, (_, n) => [
        kit.h(kit.Status, { key: `status ${n}`, name: `s${n}` }),
        kit.h(Slow, { key: `slow ${n}`, milliseconds: round }),
      ])
      return kit.h('div', { id: 'round', title: round }, list)
    }
    const { unmount } = kit.mount(kit.h(kit.AuthProvider, { client: double }, kit.h(Many)))
    const torn = []
    const observer = new MutationObserver(() => {
      const states = new Set([...document.querySelectorAll('p')].map(({ textContent }) => textContent))
      if (states.size > 1) torn.push([...states])
    })
    observer.observe(document.querySelector('#root'), { subtree: true, characterData: true, childList: true })
    // A transition yields in between, and the session changes meanwhile.
    kit.startTransition(() => set(1))
    await client.refresh()
    await new Promise((resolve) => {
      const done = () => document.querySelector('#round').title === '1' && resolve()
      new MutationObserver(done).observe(document.querySelector('#round'), { attributes: true })
      done()
    })
    const listening = counts.listening
    unmount()
    return { torn, listening, after: counts.listening }
  })
  assert.deepEqual(seen, { torn: [], listening: 100, after: 0 })
})

everywhere('another client takes the place of the first, whose subscription ends', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client, createAuthClient } = await kit.signedIn()
    const other = createAuthClient({ crossTab: false })
    const [first, second] = [kit.counted(client), kit.counted(other)]
    const { update, unmount } = kit.mount(kit.h(kit.App, { client: first.client }))
    const shown = [kit.text()]
    update(kit.h(kit.App, { client: second.client }))
    shown.push(kit.text())
    const listening = [first.counts.listening, second.counts.listening]
    other.signIn({ expires_in: 60 })
    await kit.shows('active 1 true')
    update(kit.h(kit.App, {}))
    shown.push(kit.text())
    unmount()
    return { shown, listening, after: second.counts.listening }
  })
  assert.deepEqual(seen, { shown: ['active 1 true', 'unknown 0 false', 'active 1 true'], listening: [0, 1], after: 0 })
})

everywhere('useAuthedFetch is one function for each client, and refreshes like it', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const { client, authedFetch, createAuthClient } = kit.kept
    const other = createAuthClient({ crossTab: false })
    const fetches = []
    const Fetching = () => (fetches.push(kit.useAuthedFetch()), null)
    const { update } = kit.mount(kit.h(Fetching))
    update(kit.h(Fetching))
    update(kit.h(kit.AuthProvider, { client: other }, kit.h(Fetching)))
    update(kit.h(kit.AuthProvider, { client: other }, kit.h(Fetching)))
    const [before, again, provided, providedAgain] = fetches
    const answers = await Promise.all([1, 2, 3].map((n) => before(`/api/items/${n}`)))
    return {
      same: [before === again, before === authedFetch, before === client.fetch, provided === providedAgain, provided === other.fetch],
      statuses: answers.map(({ status }) => status),
    }
  })
  assert.deepEqual(seen, { same: Array(5).fill(true), statuses: [200, 200, 200] })
  assert.equal((await backend.counters()).refreshes, 1)
})

everywhere('what is no client is refused, and what is accepted is said', async ({ inPage }) => {
  const told = await inPage(() => {
    const errors = []
    for (const client of [null, {}, { loginURL: '/auth/login' }, () => {}]) {
      try {
        kit.AuthProvider({ client })
      } catch ({ name, code, message }) {
        errors.push([name, code, message])
      }
    }
    return errors
  })
  const message = '<AuthProvider client>: a client is accepted, that is what configure or createAuthClient returns; not'
  const refused = (kind) => ['AuthError', 'invalid_options', `${message} ${kind}.`]
  assert.deepEqual(told, ['null', 'object', 'object', 'function'].map(refused))
})
