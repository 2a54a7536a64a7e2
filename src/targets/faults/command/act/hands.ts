import type { Fault } from '../../../../state/fault.ts'
import type { Hands } from '../../keeper/hand.ts'
import { runOf } from '../run.ts'
import type { CommandTask } from '../task.ts'

/** Its own probe has the last word. */
export function commandHands({ name, command }: CommandTask): Hands {
  return {
    put: async () => {
      const failed = (await runOf(command, 'run')) ?? (await runOf(command, 'probe'))
      return failed === null ? null : fault(name, failed, 'It may be in effect in part; its undo is run.')
    },
    takeBack: async () => {
      const failed = await runOf(command, 'undo')
      if (failed !== null) return fault(name, failed, 'It may be in effect still.')
      const isOver = (await runOf(command, 'probe')) !== null
      return isOver ? null : fault(name, 'undo ended with 0, and its probe still finds it', 'It is in effect still.')
    },
  }
}

function fault(name: string, what: string, means: string): Fault {
  return {
    code: 'fault.command',
    what: `drill.commands.${name}: ${what}`,
    means,
    next: 'Read what it says; run it by hand, and correct it in astern.yaml.',
  }
}
