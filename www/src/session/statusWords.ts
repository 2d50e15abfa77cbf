import type { SessionStatus } from 'oauth-refresh-wasm'

export const statusWords: Readonly<Record<SessionStatus, string>> = {
  unknown: 'unknown',
  active: 'active',
  refreshing: 'refreshing',
  ended: 'ended',
  signed_out: 'signed out',
}
