import { setTimeout as sleep } from 'node:timers/promises'
import type { Blocked } from '../../state/blocked.ts'
import { instanceKey, type Instance } from '../../state/facts.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Signal } from '../../state/signal.ts'
import type { DatabaseLook } from '../../targets/databases/port.ts'
import type { Health } from '../../targets/services/port.ts'
import type { Watches } from '../../targets/watches.ts'
import { workSaid } from './work-said.ts'

export type WatchMeans = {
  readonly manifest: Manifest
  readonly looks: Watches
  readonly now: () => Date
  /** No secret in what is told of others' statements. */
  readonly mask: (text: string) => string
  /** Every sample; latest wins. */
  readonly onSignals: (signals: readonly Signal[]) => void
  /** Who keeps a statement of Astern's waiting in a database; nobody where there are no sessions. */
  readonly onBlocked: (database: string, blocked: Blocked) => void
  /** Something went wrong with looking itself. Left out: it is said on stderr. */
  readonly onTrouble?: (error: unknown) => void
}

/**
 * Looks at every host's services and at every database, each at the manifest's interval, until stopped. Each has a round
 * of its own: a host that gives no answer keeps nobody waiting but itself.
 */
export function watchTargets(means: WatchMeans): { readonly stop: () => Promise<void> } {
  const last = new Map<string, Signal>()
  const stopping = new AbortController()
  const { signal } = stopping
  const take = (seen: readonly Signal[]): void => {
    if (signal.aborted) return
    const signals = seen.map(one => withLastKnown(one, last.get(one.key)))
    for (const one of signals) last.set(one.key, one)
    means.onSignals(signals)
  }
  const takeBlocked = (database: string, blocked: Blocked): void => {
    if (!signal.aborted) means.onBlocked(database, blocked)
  }
  const rounds = roundsOf(means, takeBlocked).map(round =>
    every(means.manifest.timing.probeIntervalMs, signal, round, take, means.onTrouble),
  )
  return { stop: () => (stopping.abort(), Promise.all(rounds).then(() => {})) }
}

/** `take` gets what each turn came to. */
export async function every<T>(
  ms: number,
  signal: AbortSignal,
  turn: () => Promise<T>,
  take: (value: T) => void,
  onTrouble: (error: unknown) => void = onStderr,
): Promise<void> {
  while (!signal.aborted) {
    try {
      take(await turn())
    } catch (error) {
      // Whatever goes wrong with looking on, all else goes on without this look.
      onTrouble(error)
    }
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
}

function onStderr(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

type TakeBlocked = (database: string, blocked: Blocked) => void

function roundsOf(means: WatchMeans, take: TakeBlocked): readonly (() => Promise<readonly Signal[]>)[] {
  const instances = Object.entries(means.manifest.services).flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ service, host })),
  )
  const byHost = Map.groupBy(instances, ({ host }) => host)
  return [
    ...[...byHost.values()].map(own => () => Promise.all(own.map(instance => serviceSignal(means, instance)))),
    ...Object.entries(means.looks.users).map(([name, ask]) => async () => [await usersSignal(means, name, ask)]),
    ...Object.entries(means.looks.databases).map(([name, database]) => async () => [
      await databaseSignal(means, name, database, take),
    ]),
  ]
}

/**
 * Only what runs is asked for its health: a question to an address that has nobody yet makes the kernel hold back the
 * next ones for up to a second, and with them the health that a start waits for.
 */
async function serviceSignal({ looks, now }: WatchMeans, instance: Instance): Promise<Signal> {
  const { state, note, release } = await looks.watch.observe(instance)
  const sample = { key: instanceKey(instance), at: now().toISOString(), release }
  if (state === 'running') {
    const health = await looks.watch.health(instance)
    return { ...sample, at: now().toISOString(), state: health.state, latencyMs: health.latencyMs, note: health.note }
  }
  const words = `${state}${note === null ? '' : `: ${note}`}`
  return { ...sample, state: state === 'unreachable' ? 'unknown' : 'unhealthy', latencyMs: null, note: words }
}

async function usersSignal({ now }: WatchMeans, name: string, ask: () => Promise<Health>): Promise<Signal> {
  const { state, latencyMs, note } = await ask()
  return { key: `users:${name}`, at: now().toISOString(), state, release: null, latencyMs, note }
}

/** Of what cannot be seen now: what was seen of it last. */
function withLastKnown(signal: Signal, before: Signal | undefined): Signal {
  if (signal.state !== 'unknown' || before === undefined) return signal
  const { at, state, release } = before
  const lastKnown = state === 'unknown' ? before.lastKnown : { at, state, release }
  return lastKnown === undefined ? signal : { ...signal, lastKnown }
}

async function databaseSignal(
  { now, mask }: WatchMeans,
  name: string,
  database: Pick<DatabaseLook, 'pulse'>,
  take: TakeBlocked,
): Promise<Signal> {
  const began = performance.now()
  const answer = await database.pulse()
  if (answer.ok)
    take(name, answer.value.works.find(({ waitsFor }) => waitsFor !== undefined)?.waitsFor ?? { sessions: [] })
  return {
    key: `database:${name}`,
    at: now().toISOString(),
    state: answer.ok ? 'healthy' : 'unhealthy',
    release: null,
    latencyMs: Math.round(performance.now() - began),
    note: answer.ok ? 'answers' : answer.fault.what,
    ...(answer.ok && answer.value.works.length > 0
      ? { work: answer.value.works.map(work => workSaid(work, mask)) }
      : {}),
  }
}
