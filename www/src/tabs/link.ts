import type { AuthClient } from 'oauth-refresh-wasm'
import { burst } from '../actions/burst'
import { eventLog } from '../events/log'
import { recorder } from '../timeline/recorder'
import { shifted } from '../timeline/tracks'
import type { Message } from './messages'
import { openTabs } from './openTabs'
import type { TabName } from './roster'

/** Shows this tab what happens in the others, and the others what happens here. */
export function linkTabs(client: AuthClient): void {
  const stand = () => {
    const { status, generation } = client.session
    openTabs.stand({ status, generation, calling: recorder.calling })
  }
  client.session.subscribe(stand)
  recorder.passOn((entry) => {
    openTabs.tell({ type: 'entry', entry, timeOrigin: performance.timeOrigin })
    stand()
  })
  eventLog.passOn((told) => openTabs.tell({ type: 'event', told }))
  openTabs.listen({
    named: (letter) => {
      recorder.rename(letter)
      document.title = `${letter} · oauth-refresh-wasm playground`
    },
    heard: (message, from) => void hear(message, from),
    gone: ({ letter }) => recorder.forget(letter),
  })
  addEventListener('pagehide', () => openTabs.leave())
  addEventListener('pageshow', ({ persisted }) => persisted && void openTabs.join())
  void openTabs.join()
}

async function hear(message: Message, { letter }: TabName): Promise<void> {
  switch (message.type) {
    case 'entry':
      recorder.hear(letter, shifted(message.entry, message.timeOrigin - performance.timeOrigin))
      break
    case 'event':
      eventLog.hear(letter, message.told)
      break
    case 'fire':
      openTabs.tell({ type: 'fired', run: message.run, ...(await burst(message.size)) })
      break
  }
}
