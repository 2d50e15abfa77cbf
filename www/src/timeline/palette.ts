import { hues } from '../tabs/letters'
import type { Marker } from './model'
import type { Tone } from './segments'

/** The colors of the canvas, as the style sheet has them for the scheme in force. */
export interface Palette {
  readonly tones: Readonly<Record<Tone, string>>
  readonly refresh: string
  readonly refreshFailed: string
  readonly adopted: string
  readonly veil: string
  readonly grid: string
  readonly text: string
  readonly strong: string
  readonly surface: string
  /** By hue. */
  readonly tabs: readonly string[]
  readonly onTab: string
  readonly markers: Readonly<Record<Marker['kind'], string>>
  readonly font: string
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(name).trim()
  return {
    tones: {
      pending: color('--tone-pending'),
      ok: color('--tone-ok'),
      refreshed: color('--tone-refreshed'),
      unauthorized: color('--tone-unauthorized'),
      failed: color('--tone-failed'),
      aborted: color('--tone-aborted'),
      wait: color('--tone-wait'),
    },
    refresh: color('--tone-refresh'),
    refreshFailed: color('--tone-failed'),
    adopted: color('--tone-adopted'),
    veil: color('--tone-veil'),
    grid: color('--line'),
    text: color('--ink-soft'),
    strong: color('--ink'),
    surface: color('--surface'),
    tabs: Array.from({ length: hues }, (_, hue) => color(`--tab-${hue}`)),
    onTab: color('--on-tab'),
    markers: {
      sessionstart: color('--tone-ok'),
      sessionend: color('--tone-failed'),
      expired: color('--mark-expired'),
    },
    font: style.fontFamily,
  }
}
