import type { Layout } from './layout'
import type { Call, Item, Refresh } from './model'
import type { Palette } from './palette'

/** All that is needed to paint. */
export interface Scene {
  readonly context: CanvasRenderingContext2D
  readonly layout: Layout
  readonly palette: Palette
  readonly chosen: Item | null
  readonly now: number
  /** Whether the axis counts back from now. */
  readonly rolling: boolean
}

/** What lasts too short to be seen is drawn this wide. */
export const thinnest = 2

export function isChosen({ chosen }: Scene, one: Call | Refresh): boolean {
  if (chosen === null) return false
  return chosen.type === 'call' ? chosen.call === one : chosen.refresh === one
}
