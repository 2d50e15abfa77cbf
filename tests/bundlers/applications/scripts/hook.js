import { useSession } from 'oauth-refresh-wasm/react'

globalThis.app = useSession
