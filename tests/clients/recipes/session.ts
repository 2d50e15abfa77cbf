import { configure } from 'oauth-refresh-wasm'

export const session = configure({
  loginURL: ['/auth/login', '/graphql/sign-in', '/trpc/signIn', '/notes.v1.SessionService/SignIn'],
  logoutURL: '/auth/logout',
})
