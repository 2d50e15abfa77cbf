import { useState } from 'react'

const importLine = "import { authedFetch } from 'oauth-refresh-wasm'"

export function Header() {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(importLine)
      setCopied(true)
    } catch {
      // Without permission to write to the clipboard, the line can still be selected by hand.
      setCopied(false)
    }
  }
  return (
    <header className="masthead">
      <div className="masthead-inner">
        <Mark />
        <div className="masthead-words">
          <h1>oauth-refresh-wasm</h1>
          <p>A drop-in <code>fetch</code> that renews an expired session once, however many requests ask for it.</p>
        </div>
        <button type="button" className="import-line" onClick={copy} onBlur={() => setCopied(false)} title="Copy this line">
          <code>
            <b>import</b> {'{ authedFetch }'} <b>from</b> <q>'oauth-refresh-wasm'</q>
          </code>
          <span aria-live="polite">{copied ? 'copied' : 'copy'}</span>
        </button>
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M23.2 12.4A8 8 0 1 0 24 16.6M24.6 7.6v5.6H19" />
      <circle cx="16" cy="16.4" r="2.5" />
    </svg>
  )
}
