import { letterOf } from './letters'
import { take, whenFree } from './locks'
import { channelName, type Envelope, type Message } from './messages'
import { Roster, type OpenTab, type Standing, type TabName } from './roster'

/** The tabs that are open. */
export interface TabsState {
  /** `null` before it has its name, while the page is put away, and where tabs cannot meet. */
  readonly own: OpenTab | null
  /** By letter. */
  readonly others: readonly OpenTab[]
}

export interface Listener {
  /** What this tab is called. */
  named?(letter: string): void
  heard?(message: Message, from: TabName): void
  /** A tab was closed, or crashed. */
  gone?(tab: TabName): void
}

/** Whether tabs can find each other here: the locks say who is alive, the channel carries the messages. */
export const tabsCanMeet = 'locks' in navigator && 'BroadcastChannel' in globalThis

/** This tab among the others with this page. */
class OpenTabs {
  #state: TabsState = { own: null, others: [] }
  #standing: Standing = { status: 'unknown', generation: 0, calling: false }
  #stay: AbortController | null = null
  #channel: BroadcastChannel | null = null
  #roster = new Roster()
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<() => void>()

  /** Takes a name that no other tab has, and looks who is there. */
  async join(): Promise<void> {
    if (!tabsCanMeet || this.#stay !== null) return
    const stay = new AbortController()
    this.#stay = stay
    const id = crypto.randomUUID()
    const held = [await take(aliveName(id))]
    const [letter, letGo] = await takeLetter()
    held.push(letGo)
    const release = () => held.forEach((undo) => undo?.())
    if (stay.signal.aborted) return release()
    stay.signal.addEventListener('abort', release)
    this.#channel = new BroadcastChannel(channelName)
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope>) => this.#hear(data)
    this.#set({ own: { id, letter, ...this.#standing }, others: [] })
    for (const listener of this.#listeners) listener.named?.(letter)
    this.tell({ type: 'here', standing: this.#standing, asks: true })
  }

  /** The page is closed, or put away: then it must not hold anything. */
  leave(): void {
    this.tell({ type: 'bye' })
    this.#stay?.abort()
    this.#stay = null
    this.#channel?.close()
    this.#channel = null
    for (const { id } of this.#roster.tabs) this.#forget(id)
    this.#set({ own: null, others: [] })
  }

  /** How this tab's session stands. */
  stand(standing: Standing): void {
    if (same(standing, this.#standing)) return
    this.#standing = standing
    const { own, others } = this.#state
    if (own === null) return
    this.#set({ own: { ...own, ...standing }, others })
    this.tell({ type: 'here', standing, asks: false })
  }

  tell(message: Message): void {
    const { own } = this.#state
    if (own === null) return
    const envelope: Envelope = { from: { id: own.id, letter: own.letter }, message }
    this.#channel?.postMessage(envelope)
  }

  /** Returns its own undo. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  readonly snapshot = (): TabsState => this.#state

  #hear({ from, message }: Envelope): void {
    if (message.type === 'bye') return this.#forget(from.id)
    if (message.type === 'here') {
      this.#meet({ ...from, ...message.standing })
      if (message.asks) this.tell({ type: 'here', standing: this.#standing, asks: false })
    }
    for (const listener of this.#listeners) listener.heard?.(message, from)
  }

  #meet(tab: OpenTab): void {
    const known = this.#roster.has(tab.id)
    const replaced = this.#roster.hear(tab)
    if (replaced !== undefined) this.#tellGone(replaced)
    this.#set({ ...this.#state, others: this.#roster.tabs })
    // A tab that crashes does not say so; but its lock is free then.
    if (!known && this.#stay !== null) whenFree(aliveName(tab.id), this.#stay.signal, () => this.#forget(tab.id))
  }

  #forget(id: string): void {
    const tab = this.#roster.forget(id)
    if (tab === undefined) return
    this.#set({ ...this.#state, others: this.#roster.tabs })
    this.#tellGone(tab)
  }

  #tellGone(tab: TabName): void {
    for (const listener of this.#listeners) listener.gone?.(tab)
  }

  #set(state: TabsState): void {
    this.#state = state
    for (const watcher of this.#watchers) watcher()
  }
}

function aliveName(id: string): string {
  return `alive ${id}`
}

/** The letter that the page had before it was loaded again, else the first that is free; and what lets go of it. */
async function takeLetter(): Promise<[string, () => void]> {
  const kept: unknown = (history.state as { letter?: unknown } | null)?.letter
  for (let index = typeof kept === 'string' ? -1 : 0; ; index += 1) {
    const letter = index < 0 ? String(kept) : letterOf(index)
    const letGo = await take(`letter ${letter}`)
    if (letGo === null) continue
    history.replaceState({ letter }, '')
    return [letter, letGo]
  }
}

function same(a: Standing, b: Standing): boolean {
  return a.status === b.status && a.generation === b.generation && a.calling === b.calling
}

export const openTabs = new OpenTabs()
