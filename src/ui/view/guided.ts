import { guideOf } from '../../state/drill/guide/guide.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { View } from './view.ts'

/** A guided person is told of a moment they have not seen, where they look at nothing else: nothing they opened is covered. */
export function withGuide(view: View, state: ConsoleState): View {
  if (!view.guided || state.past !== null || state.run.run === null || !isAtRest(view)) return view
  return view.guideSeen.includes(momentOf(state)) ? view : { ...view, over: [{ kind: 'guide' }] }
}

/** Left by whatever key: not told of by itself again. */
export function guideLeft(before: View, after: View, state: ConsoleState): View {
  if (!before.over.some(isGuide) || after.over.some(isGuide) || !after.guided) return after
  const moment = momentOf(state)
  return after.guideSeen.includes(moment) ? after : { ...after, guideSeen: [...after.guideSeen, moment] }
}

function momentOf({ run, drill }: ConsoleState): string {
  return guideOf(run, drill).key
}

function isAtRest({ over, panel, phase, dialog, line }: View): boolean {
  return over.length === 0 && panel === 'phase' && phase === null && dialog === null && line === null
}

function isGuide({ kind }: View['over'][number]): boolean {
  return kind === 'guide'
}
