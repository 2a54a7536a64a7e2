import { findRuns, asternHome } from '../client/home.ts'
import { isEngineAlive } from '../client/alive.ts'
import { readJournalOf } from '../client/read-run.ts'
import { statusOf } from '../state/drill/play/progress.ts'
import type { RunState } from '../state/run-state.ts'
import { checklist } from '../state/checklist.ts'
import { gateOf } from '../state/gates.ts'
import { lockedOut } from '../state/locked-out.ts'
import { phaseName } from '../state/phases.ts'
import { phaseOf } from '../state/selectors.ts'
import { versionsLine, versionsOf } from '../state/versions.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { purposeWords } from './purpose-words.ts'
import { answer, answerJson, tell } from './talk.ts'

/** Where a run stands, from its journal. Exit 4 while it waits for a person. */
export async function status(flags: Flags, run?: string): Promise<number> {
  const found = await findRun(flags, run)
  const read = found.ok ? await readJournalOf(found.value) : found
  if (!found.ok || !read.ok) {
    tell(read.ok ? { code: '', what: '', means: '', next: '' } : read.fault)
    return exitCode.usage
  }
  const { state } = read.value
  const alive = await isEngineAlive(found.value)
  if (state.run?.purpose.kind === 'drill') return tellDrill(state, alive, flags)
  const gate = gateOf(state)
  const phase = phaseOf(state)
  const versions = versionsOf(state)
  if (flags.json === true) {
    const { run: header, helm, closed, plan } = state
    answerJson({
      run: header?.id,
      environment: header?.environment,
      phase,
      gate,
      helm,
      engine: alive,
      closed,
      plan: plan?.hash ?? null,
      versions,
      lockedOut: lockedOut(state),
      checklist: checklist(state),
    })
  } else {
    answer(
      `run      ${state.run?.id ?? ''}  ${state.run?.environment ?? ''}  opened ${state.run?.openedAt ?? ''} by ${state.run?.by.name ?? ''}`,
    )
    answer(`phase    ${phase} ${phaseName(phase)}`)
    answer(`engine   ${alive ? 'running' : 'not running'}`)
    answer(`helm     ${state.helm.holder?.name ?? 'nobody'}`)
    if (versions !== null) answer(`versions ${versionsLine(versions)}`)
    for (const { database, writers } of lockedOut(state)) answer(`locked   ${writers.join(', ')} out of ${database}`)
    answer(
      `waits    ${state.closed !== null ? `closed: ${state.closed.outcome}` : gate === null ? 'for nothing: it works' : gate.id}`,
    )
  }
  return state.closed === null && gate !== null ? exitCode.holding : exitCode.reached
}

/** Nobody is waited for in a drill itself. */
function tellDrill(state: RunState, alive: boolean, flags: Flags): number {
  const { run, drill, closed } = state
  if (flags.json === true)
    answerJson({ run: run?.id, environment: run?.environment, director: alive, closed, drill: drill ?? null })
  else {
    answer(
      `run      ${run?.id ?? ''}  ${run?.environment ?? ''}  opened ${run?.openedAt ?? ''} by ${run?.by.name ?? ''}`,
    )
    answer(`director ${alive ? 'running' : 'not running'}`)
    for (const [name, text] of statusOf(state)) answer(`${name.padEnd(8)} ${text}`)
  }
  return exitCode.reached
}

export async function runs(flags: Flags): Promise<number> {
  const found = await findRuns(asternHome(process.env))
  const rows = await Promise.all(
    found.map(async ({ run, directory }) => {
      const read = await readJournalOf(directory)
      const state = read.ok ? read.value.state : null
      const ended = state?.closed?.outcome ?? (read.ok ? 'live' : 'damaged')
      return {
        run,
        environment: state?.run?.environment ?? '',
        openedAt: state?.run?.openedAt ?? '',
        by: state?.run?.by.name ?? '',
        purpose: purposeWords(state?.run?.purpose),
        ended,
      }
    }),
  )
  if (flags.json === true) answerJson(rows)
  else if (rows.length === 0) answer('No runs yet.')
  else
    for (const row of rows)
      answer([row.run, row.environment, row.purpose, row.openedAt.slice(0, 19), row.by, row.ended].join('  '))
  return exitCode.reached
}
