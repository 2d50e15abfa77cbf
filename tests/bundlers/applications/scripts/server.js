import { serverStorm } from './server-storm.js'

serverStorm(process.argv[2]).then((seen) => process.stdout.write(JSON.stringify(seen)))
