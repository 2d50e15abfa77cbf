import { AuthProvider } from 'oauth-refresh-wasm/react'
import { Status } from './status.js'

export default function Page() {
  return (
    <AuthProvider>
      <Status />
    </AuthProvider>
  )
}
