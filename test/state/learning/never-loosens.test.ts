import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editManifest } from '../../../src/manifest/edit/edit.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import { learn } from '../../../src/state/learning/propose.ts'
import { checked, faulty, health, loaded, runThat, stop, text, type Told } from './run.ts'

const ms = fc.integer({ min: 1, max: 200_000 })
const failure = fc.option(
  fc.constantFrom('service.unhealthy', 'service.crash-loop', 'database.lag').map(code => faulty(code)),
  { nil: undefined },
)
const result = fc.constantFrom('catalogue', 'check out').chain(name =>
  fc
    .record({
      verdict: fc.constantFrom('pass', 'degraded', 'fail', 'inconclusive'),
      latencyMs: fc.integer({ min: 0, max: 6000 }),
      attempts: fc.integer({ min: 1, max: 3 }),
      firstFailure: fc.option(fc.string()),
    })
    .map(rest => checked(name, rest)),
)
const did = fc.oneof(
  fc
    .record({ tookMs: ms, killed: fc.boolean(), graceMs: fc.constantFrom(10_000, 30_000) })
    .map(({ tookMs, killed, graceMs }) => ({
      step: 'api@web-1.stop',
      command: stop(graceMs),
      tookMs,
      observed: { killed },
    })),
  fc.record({ tookMs: ms, fault: failure }).map(({ tookMs, fault }) => ({
    step: 'api@web-1.health',
    command: health,
    tookMs,
    ...(fault === undefined ? {} : { fault }),
  })),
)
const told: fc.Arbitrary<Told> = fc
  .record({
    did: fc.array(did, { maxLength: 5 }),
    before: fc.array(result, { maxLength: 3 }),
    after: fc.array(result, { maxLength: 3 }),
    suiteMs: ms,
    accepted: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    health: fc.constantFrom('healthy', 'unhealthy', 'unproven'),
    sideDoors: fc.uniqueArray(fc.constantFrom('shop@10.0.0.%', 'shop@localhost', 'shop@%'), { maxLength: 3 }),
    strangers: fc.array(fc.string(), { maxLength: 2 }),
  })
  .map(({ sideDoors, strangers, accepted, ...rest }) => ({
    ...rest,
    server: { sideDoors, strangers },
    ...(accepted === undefined ? {} : { accepted }),
  }))

test('whatever happened in a run, what is proposed loads, is taken once, and never loosens what protects', () => {
  fc.assert(
    fc.property(told, fc.array(told, { maxLength: 3 }), (now, past) => {
      const learnt = learn(
        runThat(now),
        past.map((one, index) => runThat(one, `past-${index}`)),
      )
      const proposals = learnt?.proposals ?? []
      expect(new Set(proposals.map(({ id }) => id)).size).toBe(proposals.length)
      let file = text
      for (const proposal of proposals) {
        expect(proposal.evidence.length).toBeGreaterThan(0)
        if (proposal.change.kind === 'look') continue
        const before = loaded(file)
        const done = editManifest(file, '/srv', proposal)
        if (done.kind !== 'changed') throw new Error(`${proposal.id}: ${JSON.stringify(done)}`)
        expect(loosened(before, loaded(done.text), slowestMs(now, past))).toEqual([])
        expect(editManifest(done.text, '/srv', proposal)).toEqual({ kind: 'there' })
        file = done.text
      }
      for (const line of text.split('\n').filter(one => one.includes('#')))
        expect(file).toContain(line.slice(line.indexOf('#')))
    }),
    { numRuns: 200 },
  )
})

/** What protects: nothing of it may be less afterwards. */
function loosened(before: Manifest, after: Manifest, slowest: number): readonly string[] {
  const guarded = (of: Manifest) => {
    const { timing, checks, databases, services, ...rest } = of
    const main = databases['main']
    if (main?.kind !== 'mysql') throw new Error('no such database')
    const { healthDeadlineMs: _, checksMs: __, ...times } = timing
    return {
      ...rest,
      times,
      checks: checks.map(({ timeoutMs: ___, consecutive: ____, ...check }) => check),
      main: { ...main, writers: [] },
      services: Object.entries(services).map(([name, { stop: _____, ...service }]) => [name, service]),
    }
  }
  expect(guarded(after)).toEqual(guarded(before))
  const writers = (of: Manifest): readonly string[] =>
    of.databases['main']?.kind === 'mysql' ? of.databases['main'].writers : []
  return [
    ...writers(before).filter(account => !writers(after).includes(account)),
    ...Object.keys(before.services).filter(name => graceOf(after, name) < graceOf(before, name)),
    ...before.checks.flatMap(({ name, timeoutMs, consecutive = 1 }, index) => {
      const now = after.checks[index]
      return (now?.timeoutMs ?? 0) >= timeoutMs && (now?.consecutive ?? 1) >= consecutive ? [] : [name]
    }),
    ...((after.timing.checksMs ?? 120_000) < (before.timing.checksMs ?? 120_000) ? ['timing.checks'] : []),
    ...(after.timing.healthDeadlineMs < before.timing.healthDeadlineMs && after.timing.healthDeadlineMs < 2 * slowest
      ? ['timing.health_deadline']
      : []),
  ]
}

function graceOf({ services }: Manifest, name: string): number {
  return services[name]?.stop.graceMs ?? 0
}

/** Of what became healthy. */
function slowestMs(now: Told, past: readonly Told[]): number {
  const all = [now, ...past].flatMap(one => one.did ?? [])
  return Math.max(
    0,
    ...all.map(({ command, tookMs, fault }) =>
      command.kind === 'service.health' && fault === undefined ? (tookMs ?? 0) : 0,
    ),
  )
}
