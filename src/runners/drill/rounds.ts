import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckResult } from '../../state/check-result.ts'
import type { RunEvent } from '../../state/event.ts'
import type { Signal } from '../../state/signal.ts'
import { runChecks } from '../checks/run-checks.ts'
import type { Desk } from '../engine/desk.ts'
import { checksNamed } from './drill-checks.ts'

const everyMs = 5_000
const roundMs = 20_000

export type Rounds = { readonly stop: () => Promise<void> }

export type RoundsMeans = {
  readonly desk: Pick<Desk, 'acts' | 'resolve' | 'mask' | 'now' | 'state'>
  /** Checks by name. */
  readonly names: readonly string[]
  readonly onSignals: (signals: readonly Signal[]) => void
  /** Transitions, for the journal. */
  readonly onEvents: (events: readonly RunEvent[]) => void
  readonly failed: (error: unknown) => void
}

/** Asks the checks that may stop a drill, again and again: since when one fails stands in the journal under its name. */
export function openRounds({ desk, names, onSignals, onEvents, failed }: RoundsMeans): Rounds {
  const stopping = new AbortController()
  const { signal } = stopping
  const last = new Map<string, Signal['state']>(
    Object.values(desk.state().signals).map(({ key, state }) => [key, state]),
  )
  const take = (results: readonly CheckResult[]): void => {
    const signals = results.filter(({ name }) => names.includes(name)).map(result => signalOf(result, desk))
    onSignals(signals)
    const changed = signals.filter(({ key, state }) => last.get(key) !== state)
    for (const { key, state } of changed) last.set(key, state)
    if (changed.length > 0) onEvents(changed.map(one => ({ kind: 'signal.changed', signal: one })))
  }
  const checks = checksNamed(desk.state().run?.manifest.checks ?? [], names).map(check => ({ ...check, attempts: 1 }))
  const go = async (): Promise<void> => {
    while (!signal.aborted) {
      const results = await runChecks({
        checks,
        containers: desk.acts.containers,
        cell: desk.acts.cell,
        resolve: desk.resolve,
        mask: desk.mask,
        deadlineMs: roundMs,
        signal,
        onResult: () => undefined,
      })
      if (!signal.aborted) take(results)
      await sleep(everyMs, undefined, { signal }).catch(() => undefined)
    }
  }
  const going = checks.length === 0 ? Promise.resolve() : go().catch(failed)
  return { stop: () => (stopping.abort(), going) }
}

function signalOf({ name, verdict, latencyMs, says }: CheckResult, { now }: Pick<Desk, 'now'>): Signal {
  const state = verdict === 'inconclusive' ? 'unknown' : verdict === 'fail' ? 'unhealthy' : 'healthy'
  return { key: name, at: now().toISOString(), state, release: null, latencyMs, note: says }
}
