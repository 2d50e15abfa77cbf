const entries = [
  ['ok', 'answered'],
  ['unauthorized', '401'],
  ['wait', 'waits'],
  ['refresh', 'refresh'],
  ['adopted', 'adopted'],
  ['refreshed', 'replay answered'],
  ['failed', 'failed'],
  ['aborted', 'aborted'],
] as const

export function Legend() {
  return (
    <ul className="legend" aria-label="Colors of the timeline">
      {entries.map(([tone, words]) => (
        <li key={tone}>
          <i className={`swatch swatch-${tone}`} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  )
}
