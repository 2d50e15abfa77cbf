import type { SessionStatus } from 'oauth-refresh-wasm'
import { byLetter } from './letters.ts'

/** Tells a tab from all others, also from one that had its letter before. */
export interface TabName {
  readonly id: string
  readonly letter: string
}

/** How a tab's session stands. */
export interface Standing {
  readonly status: SessionStatus
  readonly generation: number
  /** Whether it is this tab that asks the server for the refresh; the others may wait for it. */
  readonly calling: boolean
}

export interface OpenTab extends TabName, Standing {}

/** The other tabs that are open, as far as they were heard of. */
export class Roster {
  readonly #tabs = new Map<string, OpenTab>()

  /** By letter. */
  get tabs(): readonly OpenTab[] {
    return [...this.#tabs.values()].sort(byLetter)
  }

  has(id: string): boolean {
    return this.#tabs.has(id)
  }

  /** A tab tells how it stands. Returns whose letter it has taken over: that one is gone, though nobody said so yet. */
  hear(tab: OpenTab): OpenTab | undefined {
    const before = this.tabs.find(({ id, letter }) => letter === tab.letter && id !== tab.id)
    if (before !== undefined) this.#tabs.delete(before.id)
    this.#tabs.set(tab.id, tab)
    return before
  }

  /** Returns who it was, if it was known. */
  forget(id: string): OpenTab | undefined {
    const tab = this.#tabs.get(id)
    this.#tabs.delete(id)
    return tab
  }
}
