import { endingText } from '../../state/drill/drill-words.ts'
import { hintPrice, offeredHint, pointsText } from '../../state/drill/hint.ts'
import { isEnding } from '../../state/drill/is-drill.ts'
import { deadlineOf, scenarioOf } from '../../state/drill/play/due.ts'
import { saidIn, unanswered, type SaidBy } from '../../state/drill/said.ts'
import type { RunState } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { timeOfDay } from '../../state/times.ts'
import { section, told, type Told } from './told.ts'

/** The drill that a run is played in, as whoever plays it may know it. */
export function drillTold({ run, drill, now }: ConsoleState): readonly Told[] {
  if (run.run?.drill === undefined) return [told.line('This run is played in no drill.')]
  if (drill === null) return [told.line('The drill was not read yet.')]
  const { briefing = null, objectives = [] } = scenarioOf(drill) ?? {}
  const [began, until, ending] = [drill.drill?.began ?? null, deadlineOf(drill), drill.drill?.ending ?? null]
  return [
    told.head(`DRILL: ${run.run.drill.title}`),
    ...(began === null ? [] : [told.line(`began at ${timeOfDay(began)} UTC`)]),
    ...(until === null ? [] : [told.line(`over by ${timeOfDay(until)} UTC, whatever happens`)]),
    ...(ending === null ? [] : [told.line(endingText(ending))]),
    ...section('What you were told', briefing === null ? [] : [briefing]),
    ...section('What it is for', objectives),
    ...section(
      'Said and asked',
      saidIn(drill).map(said => saidText(said, isEnding(drill))),
    ),
    ...section('Hints', [...hintTexts(drill), offerText(drill, now)]),
  ]
}

function saidText({ at, text, wantsAnswer, answered }: SaidBy, isOver: boolean): string {
  const open = wantsAnswer && !isOver ? ' (waits for an answer)' : ''
  return `${timeOfDay(at)} ${text}${answered === null ? open : ` (${answered.by} answered: ${answered.text})`}`
}

function hintTexts({ drill }: RunState): readonly string[] {
  return (drill?.hints ?? []).map(({ text, cost, by }) => `${text} (${pointsText(cost)}, taken by ${by})`)
}

/** What the next hint costs, and how it is taken. */
export function offerText(drill: RunState | null, now: string): string {
  const offered = offeredHint(drill, now)
  if (offered === null) return 'There is no hint for this moment.'
  const { spent } = offered
  const before = spent === 0 ? '' : `; hints have cost ${pointsText(spent)} so far`
  return `There is a hint that ${hintPrice(offered)} of 100${before}. hint take takes it`
}

/** `key`: told once for each. */
type News = { readonly key: string; readonly says: readonly Told[] }

/** All that happened in the drill that concerns whoever plays it, oldest first. */
export function drillHappened({ drill, me }: ConsoleState): readonly News[] {
  if (drill === null) return []
  const open = new Set(unanswered(drill).map(({ inject }) => inject))
  const ending = drill.drill?.ending ?? null
  return [
    ...saidIn(drill).flatMap(({ inject, text, wantsAnswer, answered }): News[] => [
      {
        key: `said ${inject}`,
        says: [
          told.head(`DRILL, ${wantsAnswer ? 'asked' : 'said'}: ${text}`),
          ...(open.has(inject) && me.role === 'helm' ? [told.line('answer TEXT answers it.')] : []),
        ],
      },
      ...(answered === null
        ? []
        : [{ key: `answered ${inject}`, says: [told.line(`DRILL, ${answered.by} answered: ${answered.text}`)] }]),
    ]),
    ...(drill.drill?.hints ?? []).map(({ hint, text, cost, by }) => ({
      key: `hint ${hint}`,
      says: [told.head(`DRILL, a hint (${pointsText(cost)}, taken by ${by})`), told.line(text)],
    })),
    ...(ending === null ? [] : [{ key: 'ending', says: [told.line(`DRILL: ${endingText(ending)}`)] }]),
    ...(drill.closed === null ? [] : [{ key: 'closed', says: [told.line('DRILL: the drill is over.')] }]),
  ]
}
