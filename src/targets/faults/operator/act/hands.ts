import { setTimeout as sleep } from 'node:timers/promises'
import type { Hands } from '../../keeper/hand.ts'
import { consolesOf, tell } from '../consoles.ts'
import type { OperatorTask } from '../task.ts'

const lookMs = 250

/** As a link that drops does: a console is hung up on, and the run goes on. */
export function operatorHands({ home, drill }: OperatorTask): Hands {
  const hangUp = async (): Promise<void> => {
    for (const console of await consolesOf(home, drill)) tell(console, 'SIGHUP')
  }
  return {
    put: async () => {
      await hangUp()
      return null
    },
    hold: async signal => {
      while (!signal.aborted) {
        await sleep(lookMs, undefined, { signal }).catch(() => undefined)
        if (!signal.aborted) await hangUp()
      }
    },
    takeBack: () => Promise.resolve(null),
  }
}
