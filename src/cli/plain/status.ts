import { isDrill } from '../../state/drill/is-drill.ts'
import { lineText, stamp } from '../../state/lines.ts'
import { gateOf } from '../../state/gates.ts'
import { objectiveOf, objectiveWords } from '../../state/objective.ts'
import { phaseName } from '../../state/phases.ts'
import { phaseOf } from '../../state/selectors.ts'
import { isPast, planSteps, readySteps } from '../../state/steps.ts'
import type { ConsoleState } from '../../state/store.ts'
import { betweenMs, clockText } from '../../state/times.ts'
import { primaryOf } from '../../ui/view/primary.ts'
import type { Look } from './commands.ts'
import { drillTold } from './drill.ts'
import { guideTold } from './guide.ts'
import { factsTold } from './gates/facts.ts'
import { checklistTold } from './gates/follow-up.ts'
import { section, told, type Told } from './told.ts'

export function looked(state: ConsoleState, at: Look): readonly Told[] {
  if (at === 'facts') return [...factsTold(state, true), ...(phaseOf(state.run) === 6 ? checklistTold(state.run) : [])]
  if (at === 'drill') return drillTold(state)
  if (at === 'guide') return guideTold(state)
  return at === 'status' ? statusTold(state) : logTold(state)
}

/** Where the run stands: what is done, what is at work, what it waits for. */
export function statusTold(state: ConsoleState): readonly Told[] {
  const { run, now, watchers } = state
  const phase = phaseOf(run)
  const objective = objectiveOf(run)
  const from = run.decision?.beganAt ?? run.run?.openedAt ?? now
  return [
    told.head(
      `${isDrill(run.run) ? 'DRILL: run' : 'Run'} ${run.run?.id ?? ''} of ${run.run?.environment ?? ''} (${(run.run?.class ?? '').toUpperCase()})`,
    ),
    told.line(`phase ${phase} of 6: ${phaseName(phase)}`),
    ...(run.decision === null ? [] : [told.line(`severity: ${run.decision.severity}`)]),
    told.line(`impact: for ${clockText(betweenMs(from, now))}`),
    ...(objective === null ? [] : [told.line(`recovery objective: ${objectiveWords(objective, now)}`)]),
    ...workTold(state),
    told.line(`at the helm: ${run.helm.holder?.name ?? 'nobody'}; watching: ${watchers}`),
    told.line(`waits for: ${gateOf(run) === null ? 'nobody, it is at work' : (primaryOf(run)?.prompt ?? 'nobody')}`),
  ]
}

function workTold({ run, now, signals }: ConsoleState): readonly Told[] {
  const steps = planSteps(run)
  if (steps.length === 0) return []
  const done = steps.filter(({ id }) => isPast(run.steps[id])).length
  const at = steps.filter(({ id }) => run.steps[id]?.status === 'running')
  const work = Object.values(signals).flatMap(ring => ring.at(-1)?.work ?? [])
  return [
    told.line(`steps: ${done} of ${steps.length} done`),
    ...section(
      'At work',
      at.map(({ id, title }) => `${title}: for ${clockText(betweenMs(run.steps[id]?.begunAt ?? now, now))}`),
    ),
    ...work.map(({ what, says }) => told.line(`${what}: ${says[0] ?? ''}`)),
    ...(at.length > 0
      ? []
      : section(
          'Next',
          readySteps(run).map(({ title, risk }) => `${title}: ${risk}`),
        )),
  ]
}

const kept = 20

function logTold({ lines }: ConsoleState): readonly Told[] {
  const texts = lines.flatMap(line => {
    const said = lineText(line)
    return said === null ? [] : [`${stamp(line)}: ${said.text}`]
  })
  return section('The last lines of the journal', texts.slice(-kept))
}
