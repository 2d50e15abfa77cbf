import { createRoot } from 'react-dom/client'
import { App } from './App'
import { startSession } from './session/start'
import { tapFetch } from './timeline/tap'
import './styles.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root"')

// In this order: the recorder has to stand in front of `fetch` before the SDK sends anything.
tapFetch()
startSession()
createRoot(root).render(<App />)
