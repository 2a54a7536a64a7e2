import { handsOpen } from '../../../state/drill/hands.ts'
import { isOver } from '../../../state/drill/is-drill.ts'
import { injectsSeen } from '../../../state/drill/inject-seen.ts'
import { deadlineOf, scenarioOf } from '../../../state/drill/play/due.ts'
import { hintWords, roleWords, stopWords, targetWords } from '../../../state/drill/scenario-words.ts'
import { lineText, stamp } from '../../../state/lines.ts'
import { phaseName } from '../../../state/phases.ts'
import { phaseOf } from '../../../state/selectors.ts'
import type { ConsoleState, Followed } from '../../../state/store.ts'
import { betweenMs, clockText } from '../../../state/times.ts'
import { primaryOf } from '../../../ui/view/primary.ts'
import { section, told, type Told } from '../../plain/told.ts'
import type { Look } from './commands.ts'

const kept = 20

/** What whoever leads a drill asks to see. */
export function looked(state: ConsoleState, at: Look): readonly Told[] {
  switch (at) {
    case 'status':
      return statusTold(state)
    case 'scenario':
      return scenarioTold(state)
    case 'runs':
      return runsTold(state)
    case 'log':
      return section('The last lines of the drill', linesOf(state))
  }
}

function statusTold({ run, now }: ConsoleState): readonly Told[] {
  const { id = '', environment = '', class: its = 'drill' } = run.run ?? {}
  const [began, until] = [run.drill?.began ?? null, deadlineOf(run)]
  const ending = run.drill?.ending ?? null
  const clock = began === null ? 'its steady state is looked at' : `open for ${clockText(betweenMs(began, now))}`
  const left = until === null || isOver(run) ? '' : `, for another ${clockText(betweenMs(now, until))} at most`
  return [
    told.head(`DRILL ${id} of ${environment} (${its.toUpperCase()}): ${scenarioOf(run)?.title ?? ''}`),
    told.line(ending === null ? `${clock}${left}` : `ending (${ending.why}): ${ending.words}`),
    ...section(
      'Injects',
      injectsSeen(run, now).map(({ id: inject, status, says, what }) => {
        return `${inject}: ${status}${says === '' ? '' : ` (${says})`}; ${what}`
      }),
    ),
    ...section('To be done by hand', handsOpen(run)),
  ]
}

function scenarioTold({ run }: ConsoleState): readonly Told[] {
  const scenario = scenarioOf(run)
  if (scenario === null) return [told.line('The scenario was not read yet.')]
  const { expected, objectives } = scenario
  return [
    told.head(`${scenario.id}: ${scenario.title}`),
    ...section('Expected', [expected.decision, ...expected.path]),
    ...section('Targets', targetWords(scenario)),
    ...section('Hints', hintWords(scenario, run)),
    ...section(
      'Seen by who leads it',
      (run.drill?.observations ?? []).map(({ text, by }) => `${by}: ${text}`),
    ),
    ...section('It is halted when', stopWords(scenario)),
    ...section('What they are to learn', objectives),
    ...section('Who does what', roleWords(scenario)),
  ]
}

function runsTold({ run, played }: ConsoleState): readonly Told[] {
  const ids = Object.keys(run.drill?.played ?? {})
  if (ids.length === 0) return [told.line('Nobody has opened a rollback yet.')]
  return ids.flatMap(id => {
    const followed = played[id]
    return followed === undefined
      ? [told.head(id), told.line('it was not read yet')]
      : [...runTold(id, followed), ...section('Its last lines', linesOf(followed))]
  })
}

function runTold(id: string, { run }: Followed): readonly Told[] {
  const phase = phaseOf(run)
  return [
    told.head(`${id}: ${phase} of 6, ${phaseName(phase)}`),
    told.line(`severity: ${run.decision?.severity ?? 'not declared yet'}`),
    told.line(`at the helm: ${run.helm.holder?.name ?? 'nobody'}`),
    told.line(
      run.closed === null
        ? `waits for: ${primaryOf(run)?.prompt ?? 'nobody, it is at work'}`
        : `closed: ${run.closed.outcome} (${run.closed.why})`,
    ),
  ]
}

function linesOf({ lines }: Pick<ConsoleState, 'lines'>): readonly string[] {
  const texts = lines.flatMap(line => {
    const said = lineText(line)
    return said === null ? [] : [`${stamp(line)}: ${said.text}`]
  })
  return texts.slice(-kept)
}
