export { POST } from '../../server.js'
