import type { Palette } from './palette'

export function bar(context: CanvasRenderingContext2D, x: number, y: number, wide: number, tall: number, color: string): void {
  context.fillStyle = color
  context.beginPath()
  context.roundRect(x, y, wide, tall, Math.min(3, wide / 2, tall / 2))
  context.fill()
}

/** A square on its corner, `reach` from its middle to each of them. */
export function lozenge(context: CanvasRenderingContext2D, x: number, y: number, reach: number, color: string): void {
  context.fillStyle = color
  context.beginPath()
  context.moveTo(x, y - reach)
  context.lineTo(x + reach, y)
  context.lineTo(x, y + reach)
  context.lineTo(x - reach, y)
  context.fill()
}

/** The blunt end of what came to no answer. */
export function stump(context: CanvasRenderingContext2D, x: number, y: number, tall: number, color: string): void {
  context.fillStyle = color
  context.fillRect(x - 1, y - 1, 3, tall + 2)
}

export function ring(context: CanvasRenderingContext2D, x: number, y: number, wide: number, tall: number, palette: Palette): void {
  context.strokeStyle = palette.strong
  context.lineWidth = 1.5
  context.beginPath()
  context.roundRect(x - 2.5, y - 2, wide + 5, tall + 4, 4)
  context.stroke()
}
