import { expect, test } from 'vitest'
import type { Facts, ReleaseFound, ServiceFact } from '../../../src/state/facts.ts'
import type { Step } from '../../../src/state/plan.ts'
import { spaceBlockers, spaceLines, spaceWarnings } from '../../../src/state/planner/space.ts'
import { step } from '../../../src/state/planner/steps.ts'
import type { Space } from '../../../src/state/space.ts'

const gb = 1e9
const digest = 'sha256:1'
const pulls = [pull('api', 'h1'), pull('jobs', 'h1')]

test('what two services fetch onto one host is added up: each fits, and both do not', () => {
  const facts = factsOf({ h1: free(5 * gb) }, { 'api@h1': [3, 6], 'jobs@h1': [3, 6] })
  expect(spaceLines(pulls, facts)).toEqual([
    'h1: at most 12.0 GB needed for 2 images to fetch; 5.0 GB free at /var/lib/docker',
  ])
  expect(spaceBlockers(pulls, facts)).toEqual([
    expect.stringMatching(/^no room on h1 for 2 images: at least 6\.0 GB are needed, 5\.0 GB are free at/),
  ])
  expect(spaceWarnings(pulls, facts)).toEqual([])
})

test('what may not fit is a warning and no reason to refuse', () => {
  const facts = factsOf({ h1: free(7 * gb) }, { 'api@h1': [3, 6], 'jobs@h1': [0, 6] })
  expect(spaceBlockers(pulls, facts)).toEqual([])
  expect(spaceWarnings(pulls, facts)).toEqual([
    expect.stringMatching(
      /^h1 may have too little room for 2 images: at most 12\.0 GB .*not with docker system prune -a/,
    ),
  ])
})

test('what is not known is said, with why, and refuses nothing', () => {
  const facts = factsOf({ h1: unknown, h2: free(80 * gb) }, { 'api@h1': [0, null], 'jobs@h1': [3, 6] })
  expect(spaceLines(pulls, facts)).toEqual([
    'h1: 2 images to fetch, how large is not known; how much is free is not known (over tcp:// nothing tells)',
    'h2: nothing is fetched; 80.0 GB free at /var/lib/docker',
  ])
  expect([...spaceBlockers(pulls, facts), ...spaceWarnings(pulls, facts)]).toEqual([])
})

test('a disk that is almost full is told though nothing is fetched', () => {
  expect(spaceWarnings([], factsOf({ h1: free(12_400_000) }, {}))).toEqual([
    expect.stringMatching(
      /^h1: only 12 MB are free at \/var\/lib\/docker: a container that is made anew may not start/,
    ),
  ])
})

const unknown: Space = { freeBytes: null, at: null, why: 'over tcp:// nothing tells' }

function free(freeBytes: number): Space {
  return { freeBytes, at: '/var/lib/docker', why: null }
}

function pull(service: string, host: string): Step {
  const command = { kind: 'service.pull', service, host, release: '1.2.2', digest, from: null, name: null } as const
  return step(`${service}@${host}.pull`, 3, command, [])
}

/** `rooms`: at least and at most, in GB. */
function factsOf(
  space: Readonly<Record<string, Space>>,
  rooms: Readonly<Record<string, readonly [number, number | null]>>,
): Facts {
  const services = Object.entries(rooms).map(([key, [least, most]]): [string, ServiceFact] => {
    const found: ReleaseFound = {
      release: '1.2.2',
      digest,
      complete: true,
      why: null,
      fetch: { kind: 'registry', reference: 'reg/api@sha256:2' },
      room: { leastBytes: least * gb, mostBytes: most === null ? null : most * gb },
    }
    const observed = {
      state: 'missing',
      release: null,
      digest: null,
      pointed: null,
      pid: null,
      since: null,
      note: null,
    } as const
    return [key, { observed, releases: [found], health: 'unknown', healthNote: null, errors: [] }]
  })
  return { at: '2026-11-22T03:12:40.000Z', services: Object.fromEntries(services), databases: {}, records: {}, space }
}
