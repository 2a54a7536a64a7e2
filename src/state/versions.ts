import type { InstanceKey } from './facts.ts'
import type { RunState, StepState } from './run-state.ts'

/** Which release each instance of the plan was left with, by what the run found and did. */
export type Versions = {
  /** Some are where the plan wants them, and some are not. */
  readonly mixed: boolean
  readonly running: Readonly<Record<string, readonly InstanceKey[]>>
  readonly down: readonly InstanceKey[]
  /** What was begun there has not settled, or nobody knows whether it was done. */
  readonly doubt: readonly InstanceKey[]
}

type Stands = { readonly kind: 'running'; readonly release: string } | { readonly kind: 'down' | 'doubt' }

/** Null: there is no approved plan, so the run changed nothing. */
export function versionsOf(state: RunState): Versions | null {
  if (state.plan === null || state.plan.approved === null) return null
  const { changes, putBack = [], target } = state.plan.plan
  const wanted = [
    ...changes.map(({ instance: key, to }) => ({ key, to })),
    ...putBack.map(key => ({ key, to: target.services[key]?.release ?? target.version })),
  ]
  const stands = wanted.map(({ key, to }) => {
    const is = standsOf(state, key)
    return { key, is, there: is.kind === 'running' && is.release === to }
  })
  const running: Record<string, InstanceKey[]> = {}
  for (const { key, is } of stands) if (is.kind === 'running') (running[is.release] ??= []).push(key)
  const keysOf = (kind: Stands['kind']): readonly InstanceKey[] =>
    stands.flatMap(({ key, is }) => (is.kind === kind ? [key] : []))
  const mixed = stands.some(({ there }) => there) && stands.some(({ there }) => !there)
  return { mixed, running, down: keysOf('down'), doubt: keysOf('doubt') }
}

/** `mixed: 1.2.2: api@web-1; 1.3.0: api@web-3; does not run: api@web-2` */
export function versionsLine({ mixed, running, down, doubt }: Versions): string {
  const parts = [
    ...Object.entries(running).map(([release, keys]) => `${release}: ${keys.join(', ')}`),
    ...(down.length === 0 ? [] : [`does not run: ${down.join(', ')}`]),
    ...(doubt.length === 0 ? [] : [`not known: ${doubt.join(', ')}`]),
  ]
  return `${mixed ? 'mixed: ' : ''}${parts.join('; ')}`
}

function standsOf(state: RunState, key: InstanceKey): Stands {
  const observed = state.facts?.services[key]?.observed
  const before: Stands =
    observed?.state === 'running'
      ? { kind: 'running', release: observed.release ?? 'no known release' }
      : { kind: 'down' }
  return Object.values(state.steps)
    .filter(({ command }) => command !== null && 'service' in command && `${command.service}@${command.host}` === key)
    .sort((a, b) => a.seq - b.seq)
    .reduce(after, before)
}

function after(before: Stands, step: StepState): Stands {
  const { command, status } = step
  if (command?.kind === 'service.update') return updated(before, command.release, step)
  if (command?.kind !== 'service.stop' && command?.kind !== 'service.start') return before
  if (status === 'running' || status === 'unknown') return { kind: 'doubt' }
  if (command.kind === 'service.start' && status === 'failed') return { kind: 'down' }
  if (status !== 'ok' && status !== 'already') return before
  return command.kind === 'service.stop' ? { kind: 'down' } : { kind: 'running', release: command.release }
}

/** One that was begun and did not end well may have left some tasks on each release. */
function updated(before: Stands, release: string, { status, attempt }: StepState): Stands {
  if (status === 'ok' || status === 'already') return { kind: 'running', release }
  return attempt > 0 ? { kind: 'doubt' } : before
}
