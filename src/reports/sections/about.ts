import { isDrill } from '../../state/drill/is-drill.ts'
import type { Line } from '../../state/event.ts'
import { gateOf } from '../../state/gates.ts'
import { phaseName } from '../../state/phases.ts'
import type { PlanOptions } from '../../state/plan.ts'
import type { RunState } from '../../state/run-state.ts'
import { phaseOf } from '../../state/selectors.ts'
import { versionsLine, versionsOf } from '../../state/versions.ts'
import { asked, facts, row, table, type Section } from '../block.ts'

export function about(state: RunState, lines: readonly Line[]): Section {
  const { run, proposed, decision } = state
  const opened = lines.find(({ event }) => event.kind === 'run.opened')?.event
  const versions = versionsOf(state)
  const version = opened?.kind === 'run.opened' ? opened.version : ''
  return {
    title: 'Incident',
    blocks: [
      facts(
        ['Run', run?.id ?? ''],
        ['Environment', run === null ? '' : `${run.environment} (${run.class})`],
        ['Mode', modeOf(run)],
        ['Purpose', purposeText(state)],
        ['Status', statusText(state)],
        ...(versions === null ? [] : [['Versions', versionsLine(versions)] as const]),
        ['Severity', decision === null ? '' : `${decision.severity}, confirmed by ${decision.by} at ${decision.at}`],
        ['Severity proposed', proposed === null ? '' : `${proposed.severity}: ${proposed.why}`],
        ['Scope', decision?.scope || proposed?.scope || ''],
        ['Opened', run === null ? '' : `${run.openedAt} by ${run.by.name}`],
        ['Asked for', run === null ? '' : optionsText(run.options, run.headless)],
        ['Manifest', run?.manifestFile ?? ''],
        ['Written from', writtenFrom(lines, version)],
      ),
      asked('Bridge or channel of the call', 'Ticket'),
    ],
  }
}

export function people({ run, decision, accepted }: RunState, lines: readonly Line[]): Section {
  const helm = lines.flatMap(({ ts, actor, event }) => {
    if (event.kind === 'helm.given') return [row([event.to, `at the helm from ${ts}: given by ${actor.name}`, ''])]
    if (event.kind !== 'helm.taken') return []
    return [row([actor.name, `at the helm from ${ts}${event.reason === null ? '' : `: ${event.reason}`}`, actor.from])]
  })
  const approvals = lines.flatMap(({ ts, actor, event }) =>
    event.kind === 'plan.approved' || event.kind === 'plan.signed'
      ? [row([actor.name, `approved plan ${event.hash} at ${ts}`, actor.from])]
      : [],
  )
  const rows = [
    ...(run === null ? [] : [row([run.by.name, `opened the run, as uid ${run.by.uid}`, run.by.from])]),
    ...helm,
    ...(decision === null ? [] : [row([decision.by, `decided: ${decision.choice}`, ''])]),
    ...approvals,
    ...(accepted === null ? [] : [row([accepted.by, `accepted the result at ${accepted.at}`, ''])]),
  ]
  return {
    title: 'People',
    blocks: [
      table(['who', 'did', 'from'], rows),
      asked('Incident commander, and who takes over next', 'Communications', 'Who else was on the call'),
    ],
  }
}

/** Who reads it elsewhere has to find the drill it was a part of. */
function modeOf(run: RunState['run']): string {
  if (!isDrill(run)) return 'live'
  return run?.drill === undefined ? 'drill' : `drill: ${run.drill.title} (${run.drill.run})`
}

function purposeText({ run }: RunState): string {
  if (run === null || run.purpose.kind === 'rollback') return 'rollback'
  if (run.purpose.kind === 'drill') return `drill ${run.purpose.scenario.id}`
  return run.purpose.kind === 'undo' ? `undo of run ${run.purpose.run}` : run.purpose.what
}

function statusText(state: RunState): string {
  const { closed, closing } = state
  if (closed !== null) return `${closed.outcome === 'short' ? 'ended short' : closed.outcome}: ${closed.why}`
  if (closing !== null) return `closing, ${closing.outcome}: ${closing.why}`
  const gate = gateOf(state)
  const phase = phaseOf(state)
  const waits = gate === null ? '' : `, waits for a person (${gate.kind})`
  return `going on in phase ${phase}, ${phaseName(phase)}${waits}`
}

function optionsText(options: PlanOptions, headless: boolean): string {
  const { version, emergency, preserveData, services, configuration } = options
  const parts = [
    version === null ? 'the last known-good release' : `release ${version}`,
    ...(emergency ? ['emergency'] : []),
    ...(preserveData ? ['databases left alone'] : []),
    ...(configuration === 'recorded' ? ['containers as they were configured when it was recorded'] : []),
    ...(services.length === 0 ? [] : [`only ${services.join(', ')}`]),
    ...(headless ? ['headless'] : []),
  ]
  return parts.join(', ')
}

function writtenFrom(lines: readonly Line[], version: string): string {
  const last = lines.at(-1)
  if (last === undefined) return 'an empty journal'
  return `journal lines 1 to ${last.seq}, until ${last.ts}, the last one's hash ${last.h}; opened by Astern ${version}`
}
