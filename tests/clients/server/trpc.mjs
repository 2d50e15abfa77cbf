import { initTRPC, TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { passedOn } from './backend.mjs'
import { added, note } from './notes.mjs'

/** @typedef {{ signIn: (credentials: { username: string, password: string }) => Promise<boolean> }} Context */

const t = initTRPC.context(/** @type {() => Context} */ (undefined)).create()

const text = (/** @type {unknown} */ value) => String(value)
const credentials = (/** @type {unknown} */ value) =>
  /** @type {{ username: string, password: string }} */ (value)

const router = t.router({
  note: t.procedure.input(text).query(({ input }) => note(input)),
  addNote: t.procedure.input(text).mutation(({ input }) => added(input)),
  signIn: t.procedure.input(credentials).mutation(async ({ input, ctx }) => {
    if (!(await ctx.signIn(input))) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'wrong password' })
    return true
  }),
})

/** @typedef {typeof router} AppRouter */

/**
 * tRPC below `/trpc`. A streamed answer has begun with 200 before tRPC itself looks at the session, in whatever context
 * or middleware: there it has to be looked at before. Below `/trpc/soft` it is not, as many servers do.
 */
export async function trpc(request, sessions) {
  const { pathname } = new URL(request.url)
  const soft = pathname.startsWith('/trpc/soft/')
  const streamed = request.headers.get('trpc-accept') === 'application/jsonl'
  const refusal = pathname === '/trpc/signIn' ? undefined : await sessions.refusal(request)
  if (refusal && streamed && !soft) return refuse(refusal)
  const headers = refusal ? passedOn(refusal) : new Headers()
  return fetchRequestHandler({
    endpoint: soft ? '/trpc/soft' : '/trpc',
    req: request,
    router,
    createContext() {
      if (refusal) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'not signed in' })
      return {
        async signIn(input) {
          const answer = await sessions.signIn(request, input)
          passedOn(answer).forEach((value, name) => headers.append(name, value))
          return answer.ok
        },
      }
    },
    responseMeta: () => ({ headers }),
  })
}

/** As tRPC would tell it of a single call. */
function refuse(refusal) {
  const data = { code: 'UNAUTHORIZED', httpStatus: refusal.status }
  const error = { code: TRPC_ERROR_CODES_BY_KEY.UNAUTHORIZED, message: 'not signed in', data }
  return Response.json({ error }, { status: refusal.status, headers: passedOn(refusal) })
}
