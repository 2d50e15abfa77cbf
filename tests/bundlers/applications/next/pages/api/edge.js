import { POST } from '../../server.js'

export const config = { runtime: 'edge' }

export default POST
