import { isBad } from '../../check-change.ts'
import type { Check, CheckRequest } from '../../check.ts'
import type { CheckResult } from '../../check-result.ts'
import type { CheckSuite } from '../../event.ts'
import { slug, type Evidence, type Proposal } from '../proposal.ts'
import { ofEvent, type Seen } from '../seen.ts'

/**
 * Passed only after it had failed. It has to pass twice in a row, which asks more of it and never less; one that asked
 * again would do something again, or that has to already, is shown to a person.
 */
export function flakyCheck(now: Seen, past: readonly Seen[]): readonly Proposal[] {
  return now.manifest.checks.flatMap((check): readonly Proposal[] => {
    const { name } = check
    const again = [now, ...past].flatMap(seen => flakyIn(seen, check))
    if (flakyIn(now, check).length === 0) return []
    const same = {
      id: `flaky-check.${slug(name)}`,
      rule: 'flaky-check',
      path: ['checks', name, 'consecutive'],
      evidence: again,
    } as const
    const runs = again.length === 1 ? 'once' : `in ${again.length} runs`
    if (check.consecutive !== undefined || !onlyAsks(check.request)) {
      const why = `The check ${name} passed ${runs} only after failing first: it, or what it asks, is to be made steady.`
      return [{ ...same, path: ['checks', name], change: { kind: 'look' }, why }]
    }
    const why = `The check ${name} passed ${runs} only after failing first: two passes in a row say that it is over.`
    return [{ ...same, change: { kind: 'set', was: null, becomes: 2 }, why }]
  })
}

function flakyIn(seen: Seen, { name }: Check): readonly Evidence[] {
  const result = seen.state.suites.after?.results[name]
  if (result?.verdict !== 'pass' || result.firstFailure === null) return []
  const says = `${name} passed at attempt ${result.attempts}, after: ${result.firstFailure}`
  return [ofEvent(seen, isResult('after', name), says)]
}

/** Asked twice, it does nothing twice. */
function onlyAsks(request: CheckRequest): boolean {
  if (request.kind === 'flow' || request.kind === 'exec' || request.kind === 'command') return false
  return request.kind !== 'http' || request.method === 'GET' || request.method === 'HEAD'
}

/** The result was accepted over it: its severity is not what people take it for, or what it asserts is not so. Which, they know. */
export function overriddenCheck(now: Seen, past: readonly Seen[]): readonly Proposal[] {
  const { accepted } = now.state
  if (accepted === null || accepted.reason === null) return []
  const { by, reason } = accepted
  return failing(now).map(({ name, says }): Proposal => {
    const before = past.filter(
      seen => seen.state.accepted?.reason != null && failing(seen).some(one => one.name === name),
    )
    const evidence = [
      ofEvent(now, isResult('after', name), `${name}: ${says}`),
      ofEvent(now, event => event.kind === 'validation.accepted', `accepted by ${by}: ${reason}`),
      ...before.map(seen => ofEvent(seen, event => event.kind === 'validation.accepted', `accepted over ${name} too`)),
    ]
    const again = before.length === 0 ? '' : `, as in ${before.length} ${before.length === 1 ? 'run' : 'runs'} before`
    return {
      id: `overridden-check.${slug(name)}`,
      rule: 'overridden-check',
      path: ['checks', name],
      change: { kind: 'look' },
      why: `The must check ${name} failed and the result was accepted over it${again}: is it a should, or does it assert what is not so?`,
      evidence,
    }
  })
}

function failing({ state }: Seen): readonly CheckResult[] {
  return Object.values(state.suites.after?.results ?? {}).filter(one => one.severity === 'must' && isBad(one))
}

function isResult(suite: CheckSuite, name: string) {
  return (event: Seen['lines'][number]['event']): boolean =>
    event.kind === 'check.settled' && event.suite === suite && event.result.name === name
}
