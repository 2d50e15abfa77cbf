import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Where the backend listens while `vite` serves the page: the default of `playground-backend --port`.
const backend = 'http://127.0.0.1:4173'

export default defineConfig({
  plugins: [react()],
  build: {
    // The polyfill serves browsers that also lack what the page itself needs.
    modulePreload: { polyfill: false },
    // The Content-Security-Policy of the page has no `data:` but for images; fonts and scripts stay files.
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The package is linked from beside this folder.
    fs: { allow: ['..'] },
    proxy: { '/api': backend, '/auth': backend, '/oauth': backend, '/playground': backend },
  },
})
