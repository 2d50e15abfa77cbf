import { createRoot } from 'react-dom/client'
import { App } from './App'
import { EngineFailure } from './session/EngineFailure'
import { startSession } from './session/start'
import { tapFetch } from './timeline/tap'
import './styles.css'

tapFetch()
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root"')
createRoot(root).render(page())

function page() {
  try {
    startSession()
    return <App />
  } catch (error) {
    return <EngineFailure error={error} />
  }
}
