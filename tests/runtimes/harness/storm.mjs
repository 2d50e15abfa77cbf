/**
 * Lets the access token expire and `begin` run in the page, which leaves its promise in `kit.kept.storm`; lets go of
 * the refresh when at least so many calls have had their 401, and tells what came of the promise.
 */
export async function storm({ backend, inPage }, refused, begin, ...given) {
  await backend.expire()
  await backend.forget()
  await backend.set({ holdRefresh: true })
  await inPage(begin, ...given)
  await backend.until(({ apiUnauthorized, refreshesHeld }) => apiUnauthorized >= refused && refreshesHeld === 1)
  await backend.set({ holdRefresh: false })
  return inPage(() => kit.kept.storm)
}
