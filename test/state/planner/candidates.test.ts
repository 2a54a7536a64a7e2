import { expect, test } from 'vitest'
import type { Facts, LedgerEntry, ReleaseFound } from '../../../src/state/facts.ts'
import type { Candidate } from '../../../src/state/plan.ts'
import { candidatesOf, whyNoTarget } from '../../../src/state/planner/candidates.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import { candidateText } from '../../../src/state/targets.ts'
import { seenOf } from './planned.ts'

const options = { version: null, emergency: false, preserveData: false, services: [] }
const { manifest, facts: bare } = seenOf({ api: { hosts: ['a', 'b'] } })

const here = (release: string, rest: Partial<ReleaseFound> = {}): ReleaseFound => ({
  release,
  digest: `sha256:${release}`,
  complete: true,
  why: null,
  ...rest,
})

test('what could be the target is data of the plan: where each release is, whether it is whole, since when it is known to work, and why it was passed over', () => {
  const plan = planRollback({ facts: facts(), manifest, options, purpose: { kind: 'rollback' } })
  if (!plan.ok) throw new Error(plan.fault.what)
  const known = (day: number): string => `2026-11-${day}T10:00:00Z`
  const broken = 'it was rolled back before, and nobody has cleared it'
  const lost = 'half is not on the host for api@b'
  const all: readonly Candidate[] = [
    {
      version: 'bad',
      found: ['ledger', 'images'],
      complete: true,
      knownGoodAt: known(22),
      target: false,
      passedOver: 'it runs now',
      cannot: 'it runs now, everywhere',
    },
    {
      version: 'half',
      found: ['ledger', 'images'],
      complete: false,
      knownGoodAt: known(21),
      target: false,
      passedOver: lost,
      cannot: lost,
    },
    {
      version: 'burnt',
      found: ['ledger', 'images', 'registry'],
      complete: true,
      knownGoodAt: known(20),
      target: false,
      passedOver: broken,
      cannot: null,
    },
    {
      version: 'good',
      found: ['ledger', 'stopped containers', 'images', 'archives'],
      complete: true,
      knownGoodAt: known(19),
      target: true,
      passedOver: null,
      cannot: null,
    },
    {
      version: 'older',
      found: ['ledger', 'images'],
      complete: true,
      knownGoodAt: known(18),
      target: false,
      passedOver: null,
      cannot: null,
    },
    {
      version: 'stray',
      found: ['images'],
      complete: false,
      knownGoodAt: null,
      target: false,
      passedOver: 'no ledger has it: nobody ever recorded it as known to work',
      cannot: 'no ledger has it: nobody ever recorded it as known to work',
    },
  ]
  expect(plan.plan.candidates).toEqual(all)
  expect(all.map(candidateText)).toEqual([
    'bad: in the ledger and images, complete on every host, known to work 2026-11-22 10:00 UTC; cannot be taken: it runs now, everywhere',
    `half: in the ledger and images, known to work 2026-11-21 10:00 UTC; cannot be taken: ${lost}`,
    `burnt: in the ledger, images and registry, complete on every host, known to work 2026-11-20 10:00 UTC; passed over: ${broken}`,
    'good: the target now; in the ledger, stopped containers, images and archives, complete on every host, known to work 2026-11-19 10:00 UTC',
    'older: in the ledger and images, complete on every host, known to work 2026-11-18 10:00 UTC',
    'stray: in images; cannot be taken: no ledger has it: nobody ever recorded it as known to work',
  ])
})

test('each that may be taken has a plan, and each that may not is refused with the reason that its plan would fail with', () => {
  const seen = facts()
  const all = candidatesOf(seen, manifest, options)
  for (const { version, cannot } of all) {
    const made = planRollback({
      facts: seen,
      manifest,
      options: { ...options, version },
      purpose: { kind: 'rollback' },
    })
    expect([version, made.ok]).toEqual([version, cannot === null])
    expect(whyNoTarget(all, version)).toEqual(cannot === null ? null : `${version} cannot be gone back to: ${cannot}.`)
  }
  expect(whyNoTarget(all, '9.9')).toBe('No release 9.9 is known. Known are: bad, half, burnt, good, older, stray.')
})

test('one that only its hosts were asked for is not called lost: a plan that names it looks further', () => {
  const seen = facts()
  const newer = ['n1', 'n2', 'n3', 'n4', 'n5'].map((version, index) => entry(version, 23 + index))
  const records = Object.fromEntries(
    Object.entries(seen.records).map(([host, record]) => [
      host,
      'fault' in record ? record : { ...record, ledger: [entry('ancient', 10), ...record.ledger, ...newer] },
    ]),
  )
  const ancient = candidatesOf({ ...seen, records }, manifest, options).find(({ version }) => version === 'ancient')
  expect(ancient).toMatchObject({ complete: null, cannot: null, found: ['ledger'] })
  expect(candidateText(ancient!)).toContain('not looked for beyond its hosts yet')
})

function entry(version: string, day: number, good = true): LedgerEntry {
  const services = Object.fromEntries(
    ['api@a', 'api@b'].map(key => [key, { release: version, digest: `sha256:${version}` }]),
  )
  const databases = { main: { fingerprint: 'same', migrations: [] } }
  return { version, recordedAt: `2026-11-${day}T10:00:00Z`, by: 'ana', good, services, databases }
}

/** `half` is on one host; one host would fetch `burnt` and the other `good`; `stray` was never recorded. */
function facts(): Facts {
  const ledger = [entry('older', 18), entry('good', 19), entry('burnt', 20, false), entry('half', 21), entry('bad', 22)]
  const fetched = { fetch: { kind: 'registry', reference: 'shop/api' } } as const
  const saved = { fetch: { kind: 'archive', file: '/images/good.tar' } } as const
  const both = [here('bad'), here('older'), here('stray')]
  const on = {
    'api@a': [...both, here('half'), here('burnt'), here('good')],
    'api@b': [...both, here('burnt', fetched), here('good', saved)],
  }
  const config = { key: 'k', env: {}, mounts: [], ports: [], networks: [] }
  const stopped = [{ id: 'c1', name: 'api.old', digest: 'sha256:good', config, lacks: [] }]
  const services = Object.fromEntries(
    Object.entries(bare.services).map(([key, fact]) => [
      key,
      {
        ...fact,
        releases: on[key as keyof typeof on],
        configurations: { today: null, secrets: [], stopped: key === 'api@a' ? stopped : [] },
      },
    ]),
  )
  const records = Object.fromEntries(
    Object.entries(bare.records).map(([host, record]) => [host, { ...record, ledger }]),
  )
  return { ...bare, services, records }
}
