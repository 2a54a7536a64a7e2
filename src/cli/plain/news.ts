import type { Line } from '../../state/event.ts'
import { sentence as faultSentence } from '../../state/fault.ts'
import { drillMark, isDrill } from '../../state/drill/is-drill.ts'
import { lineText, stamp } from '../../state/lines.ts'
import { phaseName, type PhaseNumber } from '../../state/phases.ts'
import { phaseOf } from '../../state/selectors.ts'
import { isPast, planSteps, stepTitle } from '../../state/steps.ts'
import type { ConsoleState } from '../../state/store.ts'
import { oneLine } from '../../state/text.ts'
import { betweenMs, clockText, timeOfDay } from '../../state/times.ts'
import { sentence } from './spoken.ts'

/** How far a listener has been told. */
export type Told = {
  readonly seq: number
  readonly phase: PhaseNumber | null
  /** When progress was last told, and how long nothing has to be told of what lasts. */
  readonly at: string | null
  readonly quietMs: number
  /** Something went on since, that is told with the next progress. */
  readonly due: boolean
}

export const untold: Told = { seq: 0, phase: null, at: null, quietMs: 0, due: false }

/** Progress is told no more often than this. */
const seldomMs = 10_000

type News = { readonly told: Told; readonly says: readonly string[] }

/** What there is to say since: to eyes each line of the journal, to ears what matters at once and progress seldom. */
export function newsOf(told: Told, state: ConsoleState, ears: boolean): News {
  const fresh = state.lines.filter(({ seq }) => seq > told.seq)
  const known = { ...told, seq: fresh.at(-1)?.seq ?? told.seq }
  return ears ? forEars(known, fresh, state) : forEyes(known, fresh, state)
}

function forEyes(told: Told, fresh: readonly Line[], state: ConsoleState): News {
  const says = fresh.flatMap(line => {
    const said = lineText(line)
    return said === null ? [] : [`${drillMark(state.run)}${stamp(line)}  ${said.text}`]
  })
  if (says.length > 0) return { told: { ...told, at: state.now, quietMs: seldomMs }, says }
  return stillAtWork(told, state, text => `${drillMark(state.run)}${timeOfDay(state.now)} still  ${text}`)
}

function forEars(told: Told, fresh: readonly Line[], state: ConsoleState): News {
  const phase = phaseOf(state.run)
  const says = fresh.filter(line => !isRoutine(line)).flatMap(line => inWords(line, state))
  const due = told.due || fresh.some(isRoutine)
  const silent = told.at === null ? seldomMs : betweenMs(told.at, state.now)
  const far = phase !== told.phase || (due && silent >= seldomMs) ? progressText(state, phase) : ''
  const head =
    phase === told.phase
      ? ''
      : `${isDrill(state.run.run) ? 'Drill, phase' : 'Phase'} ${phase} of 6, ${phaseName(phase)}`
  if (far !== '' || head !== '')
    return {
      told: { ...told, phase, at: state.now, quietMs: seldomMs, due: false },
      says: [...says, sentence([head, far].filter(text => text !== '').join(': '))],
    }
  const next = { ...told, phase, due }
  return says.length > 0 ? { told: next, says } : stillAtWork(next, state, text => sentence(`Still at work: ${text}`))
}

/** What lasts is told after ten seconds, then after twice as long each time. */
function stillAtWork(told: Told, { run, now, signals }: ConsoleState, say: (text: string) => string): News {
  const step = planSteps(run).find(({ id }) => run.steps[id]?.status === 'running')
  if (step === undefined || told.at === null || betweenMs(told.at, now) < told.quietMs) return { told, says: [] }
  const begun = run.steps[step.id]?.begunAt ?? now
  const work = Object.values(signals).flatMap(ring => ring.at(-1)?.work ?? [])[0]
  const far = work === undefined ? '' : `; ${work.what}: ${work.says[0] ?? ''}`
  return {
    told: { ...told, at: now, quietMs: told.quietMs * 2 },
    says: [say(`${step.title}, for ${clockText(betweenMs(begun, now))}${far}`)],
  }
}

/** Goes well, and is one of many. */
function isRoutine({ event }: Line): boolean {
  if (event.kind === 'step.settled') return event.outcome !== 'failed'
  if (event.kind === 'check.settled') return event.result.verdict === 'pass'
  if (event.kind === 'signal.changed') return event.signal.state === 'healthy'
  return event.kind === 'step.begun' || event.kind === 'engine.started' || event.kind === 'checks.started'
}

/** A step by its title: an id is for whoever looks it up. */
function inWords(line: Line, { run }: ConsoleState): readonly string[] {
  const said = lineText(line)
  if (said === null) return []
  const { actor, event } = line
  const id = 'step' in event ? event.step : null
  const title = stepTitle(run, id ?? '')
  if (event.kind === 'step.settled') {
    const why = event.fault === null ? event.says : faultSentence(event.fault)
    return [sentence(`${title}: failed${why === '' ? '' : `. ${oneLine(why, 400)}`}`)]
  }
  const text = id === null ? said.text : said.text.replaceAll(id, title)
  return [sentence(actor.name === 'astern' ? text : `${actor.name}: ${text}`)]
}

/** Nothing where there is nothing to count. */
function progressText({ run }: ConsoleState, phase: PhaseNumber): string {
  const steps = planSteps(run)
  if (run.plan?.approved == null || phase > 4) {
    const suite = run.suites.after ?? run.suites.baseline
    return suite?.running === true ? `${Object.keys(suite.results).length} checks are done` : ''
  }
  const done = steps.filter(({ id }) => isPast(run.steps[id])).length
  const at = steps.filter(({ id }) => run.steps[id]?.status === 'running').map(({ title }) => title)
  const more = at.length > 3 ? ` and ${at.length - 3} more` : ''
  return `${done} of ${steps.length} steps are done${at.length === 0 ? '' : `; at work: ${at.slice(0, 3).join(', ')}${more}`}`
}
