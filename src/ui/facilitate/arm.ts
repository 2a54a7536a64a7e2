import type { DrillAsk } from '../../state/drill/play/event.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import { handsOpen } from '../../state/drill/hands.ts'
import { injectsSeen } from '../../state/drill/inject-seen.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { ArmingKey } from './keys.ts'

type Wanted = { readonly ask: DrillAsk; readonly says: string }

const pointFirst = 'Point at an inject first, with up and down.'

/** What a key would ask for, with what is pointed at; a text: why it asks for nothing. */
export function armedBy(id: ArmingKey, pointed: string | null, { run, now }: ConsoleState): Wanted | string {
  const inject = injectsSeen(run, now).find(one => `inject ${one.id}` === pointed)
  switch (id) {
    case 'fire':
      return inject === undefined
        ? pointFirst
        : { ask: { kind: 'fire', inject: inject.id }, says: `Fire ${inject.id} now: ${inject.what}` }
    case 'hold': {
      if (inject === undefined) return pointFirst
      const held = inject.status !== 'held back'
      return {
        ask: { kind: 'hold inject', inject: inject.id, held },
        says: held ? `Hold ${inject.id} back, whatever its moment` : `Let ${inject.id} go: it comes at its moment`,
      }
    }
    case 'done': {
      const text = handsOpen(run).find(one => `hand ${one}` === pointed) ?? handsOpen(run)[0]
      return text === undefined
        ? 'Nothing is left that is done by hand.'
        : { ask: { kind: 'done by hand', text }, says: `Done by hand: ${text}` }
    }
    case 'halt':
      return {
        ask: { kind: 'halt', reason: 'halted by whoever leads it' },
        says: `Halt ${scenarioOf(run)?.id ?? 'the drill'}: everything that was hurt on purpose is put right`,
      }
  }
}
