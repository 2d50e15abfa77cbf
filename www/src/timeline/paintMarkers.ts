import { axisHeight, sectionBottom, xOf, type Section } from './layout'
import type { Marker } from './model'
import type { Scene } from './scene'

/** Lines through the rows of their tab, and words for those of this one. */
export function paintMarkers(scene: Scene, section: Section): void {
  const { context, layout, palette } = scene
  const visible = section.track.markers.filter(({ at }) => at >= layout.view.from && at <= layout.view.to)
  context.lineWidth = 1.5
  context.setLineDash([3, 3])
  for (const { at, kind } of visible) {
    const x = Math.round(xOf(layout, at)) + 0.5
    // An expiry is told by one tab, and meets them all.
    const everybodys = kind === 'expired'
    context.strokeStyle = palette.markers[kind]
    context.beginPath()
    context.moveTo(x, section.track.own ? axisHeight : section.top - 4)
    context.lineTo(x, everybodys ? layout.height : sectionBottom(layout, section))
    context.stroke()
  }
  context.setLineDash([])
  if (section.track.own) paintWords(scene, visible)
}

/** Words that would stand in those of another are left out. */
function paintWords({ context, layout, palette }: Scene, visible: readonly Marker[]): void {
  context.font = `600 10px ${palette.font}`
  let taken = -Infinity
  for (const { at, kind, label } of visible) {
    const x = Math.round(xOf(layout, at)) + 0.5
    const room = context.measureText(label).width + 10
    const left = Math.max(layout.gutter + 2, Math.min(x + 1, layout.width - room - 2))
    if (left < taken) continue
    taken = left + room
    context.fillStyle = palette.markers[kind]
    context.beginPath()
    context.roundRect(left, axisHeight + 2, room, 14, 4)
    context.fill()
    context.fillStyle = palette.surface
    context.textAlign = 'left'
    context.fillText(label, left + 5, axisHeight + 9.5)
  }
}
