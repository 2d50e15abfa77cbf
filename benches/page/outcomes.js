/** Milliseconds after which a call counts as never answered. */
const PATIENCE = 60_000
/** What is said of it then. */
export const NO_ANSWER = 'no answer'

/** What became of calls: how many of each status, or of what else came. */
export async function outcomes(calls) {
  const tally = {}
  for (const outcome of await Promise.all(calls.map(outcomeOf))) tally[outcome] = (tally[outcome] ?? 0) + 1
  return tally
}

function outcomeOf(call) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, NO_ANSWER))
  const settled = call.then(read).then(
    ({ status }) => status,
    (error) => error.response?.status ?? error.name,
  )
  return Promise.race([settled, late])
}

/** Reads the body, which else would keep its connection; some have done so already. */
export async function read(response) {
  if (response.body && !response.bodyUsed) await response.arrayBuffer()
  return response
}
