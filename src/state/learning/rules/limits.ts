import { suiteTimeOf } from '../../check.ts'
import { betweenMs, spanText } from '../../times.ts'
import { closeShare, durationText, roomFor } from '../durations.ts'
import { slug, type Evidence, type Proposal } from '../proposal.ts'
import { ofAttempt, ofEvent, tookMs, type Seen } from '../seen.ts'

/** The suite after the rollback took nearly all its time, or all of it: what had not been asked by then is inconclusive. */
export function checksDeadline(now: Seen): readonly Proposal[] {
  const { manifest, state } = now
  const { startedAt, endedAt = null } = state.suites.after ?? {}
  const isMs = suiteTimeOf(manifest, 'after')
  if (startedAt === undefined || endedAt === null) return []
  const ms = betweenMs(startedAt, endedAt)
  if (ms < closeShare * isMs) return []
  const becomesMs = Math.max(roomFor(ms), isMs)
  if (becomesMs === isMs) return []
  const { checksMs } = manifest.timing
  const was = checksMs === undefined ? null : durationText(checksMs)
  const says = `the checks after the rollback took ${spanText(ms)} of ${durationText(isMs)}`
  return [
    {
      id: 'checks-deadline',
      rule: 'checks-deadline',
      path: ['timing', 'checks'],
      change: { kind: 'set', was, becomes: durationText(becomesMs) },
      why: 'The suite nearly ran out of time, or did: what is not asked by then is inconclusive.',
      evidence: [ofEvent(now, event => event.kind === 'checks.ended' && event.suite === 'after', says)],
    },
  ]
}

/** A check passed, and took nearly as long as one of its requests may. */
export function checkTimeout(now: Seen): readonly Proposal[] {
  return now.manifest.checks.flatMap(({ name, timeoutMs, request }): readonly Proposal[] => {
    const result = now.state.suites.after?.results[name]
    const ms = result?.latencyMs ?? 0
    if (request.kind === 'flow' || result?.verdict !== 'pass' || ms < closeShare * timeoutMs) return []
    const is = (event: Seen['lines'][number]['event']): boolean =>
      event.kind === 'check.settled' && event.suite === 'after' && event.result.name === name
    const evidence: Evidence = ofEvent(now, is, `${name} passed after ${spanText(ms)} of ${durationText(timeoutMs)}`)
    return [
      {
        id: `check-timeout.${slug(name)}`,
        rule: 'check-timeout',
        path: ['checks', name, 'timeout'],
        change: {
          kind: 'set',
          was: durationText(timeoutMs),
          becomes: durationText(Math.max(roomFor(ms), timeoutMs)),
        },
        why: `The check ${name} passes, and takes nearly as long as it may: a little slower, and it fails.`,
        evidence: [evidence],
      },
    ]
  })
}

/** A migration's own program took nearly as long as it is waited for, or longer. */
export function programTimeout(now: Seen): readonly Proposal[] {
  return Object.entries(now.manifest.databases).flatMap(([database, { migrations }]): readonly Proposal[] => {
    const isMs = migrations?.command?.timeoutMs
    if (isMs === undefined) return []
    const hurt = now.attempts.flatMap(attempt => {
      const { command, outcome, late } = attempt
      const ms = tookMs(attempt)
      const own = command?.kind === 'database.program' && command.database === database && outcome === 'ok'
      return own && ms !== null && (late || ms >= closeShare * isMs) ? [{ ms, attempt }] : []
    })
    if (hurt.length === 0) return []
    const becomesMs = Math.max(roomFor(Math.max(...hurt.map(({ ms }) => ms))), isMs)
    return [
      {
        id: `program-timeout.${slug(database)}`,
        rule: 'program-timeout',
        path: ['databases', database, 'migrations', 'command', 'timeout'],
        change: { kind: 'set', was: durationText(isMs), becomes: durationText(becomesMs) },
        why: `A migration of ${database} took nearly as long as its program is waited for, or longer.`,
        evidence: hurt.map(({ ms, attempt }) =>
          ofAttempt(now, attempt, `${attempt.step} took ${spanText(ms)} of ${durationText(isMs)}`),
        ),
      },
    ]
  })
}
