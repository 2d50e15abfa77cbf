import { episodes, type Episode } from './episodes'
import { itemAt, layoutOf, type Layout } from './layout'
import type { Item, Track } from './model'
import { paint } from './paint'
import { paletteOf, type Palette } from './palette'
import type { Recorder } from './recorder'
import { between, sameOnScreen, viewOf, type Mode, type View } from './view'

/** The share of the way to its target that the view goes in one frame. */
const ease = 0.22

/** Keeps the canvas up to date: paints while something moves, and rests when nothing does. */
export class Stage {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #recorder: Recorder
  readonly #undo: (() => void)[] = []
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)')
  #palette: Palette
  #mode: Mode = 'follow'
  #view: View | null = null
  #lane: number | null = null
  #layout: Layout | null = null
  #chosen: Item | null = null
  #frame = 0

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, recorder: Recorder) {
    this.#canvas = canvas
    this.#context = context
    this.#recorder = recorder
    this.#palette = paletteOf(canvas)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const recolor = () => {
      this.#palette = paletteOf(canvas)
      this.#wake()
    }
    dark.addEventListener('change', recolor)
    const resized = new ResizeObserver(() => this.#wake())
    resized.observe(canvas)
    this.#undo.push(
      () => dark.removeEventListener('change', recolor),
      () => resized.disconnect(),
      recorder.subscribe(() => this.#wake()),
      () => cancelAnimationFrame(this.#frame),
    )
    this.#wake()
  }

  set mode(mode: Mode) {
    this.#mode = mode
    this.#wake()
  }

  set chosen(item: Item | null) {
    this.#chosen = item
    this.#wake()
  }

  /** What is drawn at a point of the canvas, in CSS pixels. */
  itemAt(x: number, y: number): Item | null {
    return this.#layout && itemAt(this.#layout, x, y)
  }

  dispose(): void {
    for (const undo of this.#undo) undo()
  }

  #wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint())
  }

  #paint(): void {
    this.#frame = 0
    const { tracks, active } = this.#recorder
    const width = this.#canvas.clientWidth
    const height = this.#canvas.clientHeight
    const now = performance.now()
    const target = viewOf(this.#mode, recordedEpisodes(tracks, now), active, now)
    if (target === null || width === 0) return
    const rolling = this.#mode === 'live'
    const still = this.#moveTo(target, width, height, tracks)
    const layout = layoutOf(width, height, this.#view ?? target, tracks, this.#lane ?? undefined)
    this.#layout = layout
    this.#resize(width, height)
    paint({ context: this.#context, layout, palette: this.#palette, chosen: this.#chosen, now, rolling })
    if (active || rolling || !still) this.#wake()
  }

  /** Returns whether the view has arrived. */
  #moveTo(target: View, width: number, height: number, tracks: readonly Track[]): boolean {
    const jump = this.#view === null || this.#calm.matches || this.#mode === 'live' || target.origin !== this.#view.origin
    this.#view = jump || this.#view === null ? target : between(this.#view, target, ease)
    const arrived = sameOnScreen(this.#view, target, width)
    if (arrived) this.#view = target
    const wanted = layoutOf(width, height, this.#view, tracks)
    const lane = jump || this.#lane === null ? wanted.lane : this.#lane + (wanted.lane - this.#lane) * ease
    const settled = Math.abs(lane - wanted.lane) < 0.05
    this.#lane = settled ? wanted.lane : lane
    return arrived && settled
  }

  #resize(width: number, height: number): void {
    const scale = devicePixelRatio
    const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)]
    if (this.#canvas.width !== wide || this.#canvas.height !== tall) {
      this.#canvas.width = wide
      this.#canvas.height = tall
    }
    this.#context.setTransform(scale, 0, 0, scale, 0, 0)
  }
}

/** The episodes of all that was recorded, in whatever tab. */
export function recordedEpisodes(tracks: readonly Track[], now: number): Episode[] {
  return episodes(tracks.flatMap(({ calls, refreshes }) => [...calls, ...refreshes]), now)
}
