/** What each contestant does about expired tokens, before it is asked how fast. */
export const title = 'Does it do the job?'
export const method = `Before anybody is asked how fast: 20 calls at once over an expired token; a 401 of the old token that comes after the
refresh; and 20 calls to an API that answers 401 for ever.`

const BURST = 20

export async function measure({ server, openPage }) {
  const { page } = await openPage('/bench.html')
  const results = {}
  for (const name of await page.run(() => bench.job.roster())) {
    const scene = async (play) => {
      await page.open('/bench.html')
      const player = server.player(await page.run((name) => bench.job.enter(name), name))
      player.latency = 50
      player.expire()
      player.forget()
      const answers = await play(player)
      return { answers, ...player.counts }
    }
    const send = (calls, path) => page.run((calls, path) => bench.job.burst(calls, path), calls, path)
    results[name] = {
      burst: await scene(() => send(BURST, 'api')),
      late: await scene(async (player) => {
        await page.run(() => bench.job.begin())
        await player.until(({ sends }) => sends > 0)
        const others = await send(1, 'api')
        player.release()
        return { ...others, late: await page.run(() => bench.job.finish()) }
      }),
      never: await scene(() => send(BURST, 'never')),
    }
  }
  return results
}

export function tables(results) {
  const rows = Object.entries(results).map(([name, { burst, late, never }]) => [
    name,
    counted(burst.answers),
    burst.refreshes,
    burst.refreshes > 0 ? late.refreshes - 1 : '',
    counted(never.answers),
    never.refreshes,
    never.sends,
  ])
  return [
    {
      title: `What ${BURST} callers get, and what the server counts`,
      columns: ['', 'answers', 'refreshes', 'refreshes for a late 401', 'answers of 401 for ever', 'refreshes', 'sends'],
      rows,
    },
  ]
}

export const counted = (answers) =>
  Object.entries(answers)
    .map(([answer, count]) => `${count} × ${answer}`)
    .join(', ')
