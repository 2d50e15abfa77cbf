import type { AuthEvents } from 'oauth-refresh-wasm'
import { milliseconds } from '../timeline/axis'
import { triggerWords } from '../timeline/words'

export type Tone = 'plain' | 'good' | 'bad' | 'refresh' | 'adopted'

/** An event in plain words. */
export interface Told {
  readonly tone: Tone
  readonly title: string
  readonly text: string
}

type Telling = { readonly [Name in keyof AuthEvents]: (event: AuthEvents[Name]) => Told }

export const told: Telling = {
  refresh: (event) => {
    switch (event.phase) {
      case 'start':
        return { tone: 'refresh', title: 'Refresh started', text: triggerWords(event.trigger) }
      case 'success':
        return { tone: 'good', title: 'Refreshed', text: `in ${milliseconds(event.duration)}` }
      case 'failure':
        return {
          tone: 'bad',
          title: 'Refresh failed',
          text: `after ${milliseconds(event.duration)}: ${event.error.code}. ${event.error.message}`,
        }
      case 'adopted':
        return {
          tone: 'adopted',
          title: 'Adopted',
          text: `another tab's refresh${event.trigger === undefined ? '' : `, wanted here ${triggerWords(event.trigger)}`}`,
        }
    }
  },
  retry: ({ method, url }) => ({ tone: 'plain', title: 'Replay', text: `${method} ${new URL(url, location.href).pathname}` }),
  sessionstart: ({ generation }) => ({ tone: 'good', title: 'Session started', text: `generation ${generation}` }),
  sessionend: ({ reason }) => ({
    tone: 'bad',
    title: 'Session ended',
    text: reason === 'rejected' ? 'the server said no' : 'signed out',
  }),
  stepup: ({ acrValues, maxAge }) => ({
    tone: 'plain',
    title: 'More proof wanted',
    text: [
      acrValues === null ? '' : `acr_values ${acrValues}`,
      maxAge === null ? '' : `signed in at most ${maxAge} s ago`,
    ].filter(Boolean).join(', ') || 'the server did not say which',
  }),
  warning: ({ code, message }) => ({ tone: 'bad', title: `Warning: ${code}`, text: message }),
}
