import { repeatOf } from './channel.ts'
import type { Command } from './command.ts'
import { describe } from './command.ts'
import { isHalfChanged, lockedOut } from './locked-out.ts'
import type { Json } from './json.ts'
import type { Step } from './plan.ts'
import type { RunState } from './run-state.ts'

/** Steps that belong to the run itself and not to its plan: locks, messages, what is given back at the end. */
export function lockSteps(state: RunState): readonly Step[] {
  const reason = state.run?.purpose.kind === 'undo' ? `undo of ${state.run.purpose.run}` : 'rollback'
  const breaks = state.run?.breaks ?? null
  const over = breaks === null ? {} : { breaks: breaks.run }
  const why = breaks === null ? reason : `${reason}; took over from ${breaks.run}: ${breaks.reason}`
  return byId(state).map(host => houseStep(`${host}.lock`, 2, { kind: 'lock.take', host, reason: why, ...over }))
}

export function messageStep(state: RunState, id: string): Step | null {
  const message = state.messages[id]
  if (message === undefined) return null
  const channel = state.run?.manifest.notify[message.command.channel]
  const repeat = channel === undefined ? 'never' : repeatOf(channel)
  return { ...houseStep(`message.${id}`, 6, message.command), repeat, deadlineMs: 60_000 }
}

const messageAttempts = 5

/** Sent, in doubt, refused for good, or tried often enough: a channel that is down never keeps a run open. */
export function isMessageOver(state: RunState, id: string): boolean {
  const step = state.steps[`message.${id}`]
  if (step === undefined || step.status === 'waiting' || step.status === 'running') return false
  return step.status !== 'failed' || step.attempt >= messageAttempts || isRefused(step.observed)
}

/** What its channel found: asked again, it would say the same. */
function isRefused(observed: Json): boolean {
  return observed !== null && typeof observed === 'object' && 'refused' in observed && observed['refused'] === true
}

/** Given up, or in doubt: only a person has them sent again. */
export function lostMessages(state: RunState): readonly string[] {
  return Object.keys(state.messages).filter(id => {
    const status = state.steps[`message.${id}`]?.status
    return status === 'unknown' || (status === 'failed' && isMessageOver(state, id))
  })
}

/** Messages that may be sent now: of each channel the first that is not over, so that none overtakes another. */
export function messagesToSend(state: RunState): readonly Step[] {
  const busy = new Set<string>()
  return Object.entries(state.messages).flatMap(([id, { command }]) => {
    if (isMessageOver(state, id) || busy.has(command.channel)) return []
    busy.add(command.channel)
    const step = messageStep(state, id)
    return step === null || state.steps[step.id]?.status === 'running' ? [] : [step]
  })
}

/**
 * In an order that is the same for every manifest these hosts are in, so that two runs cannot each hold what the other wants.
 * An Engine before 23 takes its id from a file that a copied machine brings along: equal ids say nothing, and names decide.
 */
function byId(state: RunState): readonly string[] {
  const idOf = (host: string): string => state.hostIds?.[host] ?? ''
  return hosts(state).toSorted((a, b) => (idOf(a) === idOf(b) ? 0 : idOf(a) < idOf(b) ? -1 : 1))
}

/** The freeze is lifted only when the end was reached: after a short end a person decides. */
export function giveBackSteps(state: RunState): readonly Step[] {
  // A freeze that stood before this run is somebody else's, and stays.
  const ours = (host: string): boolean => {
    const record = state.facts?.records[host]
    return record !== undefined && !('fault' in record) && record.freeze === null
  }
  const frozen = (host: string): boolean =>
    ours(host) && ['ok', 'already'].includes(state.steps[`${host}.freeze`]?.status ?? '')
  const locked = (host: string): boolean => ['ok', 'already'].includes(state.steps[`${host}.lock`]?.status ?? '')
  const lift = state.closing?.outcome === 'reached' ? hosts(state).filter(frozen) : []
  // Where a statement is still owed, whoever wrote now would meet neither schema: that they stay out is said instead.
  const letIn = lockedOut(state).filter(({ database }) => !isHalfChanged(state, database))
  return [
    ...letIn.map(({ database }) => ({
      ...houseStep(`${database}.let-in`, 6, { kind: 'database.unfence', database }),
      deadlineMs: 60_000,
    })),
    ...left(state).map(({ database, runs }) => ({
      ...houseStep(`${database}.tidy`, 6, { kind: 'database.tidy', database, runs }),
      deadlineMs: 60_000,
    })),
    ...lift.map(host => houseStep(`${host}.lift`, 6, { kind: 'freeze.lift', host })),
    ...hosts(state)
      .filter(locked)
      .map(host => houseStep(`${host}.release`, 6, { kind: 'lock.release', host })),
  ]
}

/** Of an undo, what the run it takes back left there too. Whatever was planned once counts: a revised plan names its own steps alone. */
function left(state: RunState): readonly { readonly database: string; readonly runs: readonly string[] }[] {
  const { run } = state
  if (run === null) return []
  const begun = Object.values(state.steps).flatMap(({ command }) =>
    command !== null && laysBeside.has(command.kind) && 'database' in command ? [command.database] : [],
  )
  const runs = [run.id, ...(run.purpose.kind === 'undo' ? [run.purpose.run] : [])]
  return [...new Set(begun)].map(database => ({ database, runs }))
}

const laysBeside: ReadonlySet<Command['kind']> = new Set<Command['kind']>([
  'database.weigh',
  'database.flashback',
  'database.replay',
  'database.reclaim',
])

export function houseStep(id: string, phase: Step['phase'], command: Command): Step {
  return {
    id,
    phase,
    title: describe(command),
    command,
    needs: [],
    leaves: describe(command),
    undo: null,
    risk: 'safe',
    repeat: 'by state',
    deadlineMs: 20_000,
    estimateMs: 100,
  }
}

function hosts(state: RunState): readonly string[] {
  return Object.keys(state.run?.manifest.hosts ?? {}).sort()
}
