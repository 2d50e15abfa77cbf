import { serverStorm } from './server-storm.js'

/** Calls the API whose origin the request names. */
export async function POST(request) {
  const { origin } = await request.json()
  return Response.json(await serverStorm(origin))
}
