import { hueOf } from '../tabs/letters'
import { milliseconds, tickStep } from './axis'
import { axisHeight, laneTop, refreshHeight, sectionBottom, sectionGap, xOf, type Section } from './layout'
import { paintCalls } from './paintCalls'
import { paintMarkers } from './paintMarkers'
import { paintRefreshes, paintVeils } from './paintRefreshes'
import type { Scene } from './scene'

/** Pixels between two ticks, at least. */
const tickRoom = 84

/** How strong the color is behind the name of another tab. */
const othersAlpha = 0.16

export function paint(scene: Scene): void {
  const { context, layout } = scene
  context.clearRect(0, 0, layout.width, layout.height)
  context.textBaseline = 'middle'
  paintAxis(scene)
  paintRules(scene)
  context.save()
  context.beginPath()
  context.rect(layout.gutter, 0, layout.width - layout.gutter, layout.height)
  context.clip()
  for (const section of layout.sections) paintVeils(scene, section)
  for (const section of layout.sections) {
    paintRefreshes(scene, section)
    paintCalls(scene, section)
    paintMarkers(scene, section)
  }
  context.restore()
  if (layout.gutter > 0) for (const section of layout.sections) paintTab(scene, section)
  if (scene.rolling) paintNow(scene)
}

function paintAxis({ context, layout, palette, rolling }: Scene): void {
  const { view, width, height } = layout
  const step = tickStep(view.to - view.from, width / tickRoom)
  context.font = `11px ${palette.font}`
  context.textAlign = 'left'
  context.fillStyle = palette.text
  context.strokeStyle = palette.grid
  context.lineWidth = 1
  context.beginPath()
  for (let tick = Math.ceil((view.from - view.origin) / step); view.origin + tick * step < view.to; tick += 1) {
    const x = Math.round(xOf(layout, view.origin + tick * step)) + 0.5
    context.moveTo(x, 6)
    context.lineTo(x, height)
    const words = tick === 0 ? (rolling ? 'now' : '0') : milliseconds(tick * step)
    const room = context.measureText(words).width
    if (x + 5 + room < width) context.fillText(words, x + 5, 12)
    else if (rolling) context.fillText(words, x - 5 - room, 12)
  }
  context.stroke()
}

/** Below the axis, below a lone tab's row of refreshes, and between tabs. */
function paintRules({ context, layout, palette }: Scene): void {
  const [own, ...others] = layout.sections
  context.fillStyle = palette.grid
  context.fillRect(0, axisHeight - 1, layout.width, 1)
  if (own !== undefined && others.length === 0) context.fillRect(0, laneTop(layout, own, 0) - 7, layout.width, 1)
  for (const { top } of others) context.fillRect(0, top - sectionGap / 2 - 1, layout.width, 1)
}

/** The name of the tab beside its rows. */
function paintTab({ context, layout, palette }: Scene, section: Section): void {
  const { letter, own } = section.track
  const color = palette.tabs[hueOf(letter)] ?? palette.strong
  const bottom = sectionBottom(layout, section)
  context.fillStyle = color
  context.fillRect(0, section.top - 1, 3, bottom - section.top)
  context.globalAlpha = own ? 1 : othersAlpha
  context.beginPath()
  context.roundRect(7, section.top - 1, 18, 18, 5)
  context.fill()
  context.globalAlpha = 1
  context.fillStyle = own ? palette.onTab : color
  context.font = `700 11px ${palette.font}`
  context.textAlign = 'center'
  context.fillText(letter, 16, section.top + refreshHeight / 2 + 0.5)
}

function paintNow({ context, layout, palette, now }: Scene): void {
  context.fillStyle = palette.strong
  context.fillRect(Math.round(xOf(layout, now)), axisHeight - 6, 1.5, layout.height)
}
