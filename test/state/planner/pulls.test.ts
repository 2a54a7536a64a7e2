import { describe, expect, test } from 'vitest'
import type {
  ConfigSeen,
  Facts,
  FetchFrom,
  HostRecord,
  KeptImage,
  LedgerEntry,
  Observed,
  Recorded,
  ReleaseFound,
} from '../../../src/state/facts.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import type { Plan, PlanOptions } from '../../../src/state/plan.ts'
import { planLines } from '../../../src/state/plan-lines.ts'
import { lostImages, pullSteps } from '../../../src/state/planner/pulls.ts'
import { planRollback } from '../../../src/state/planner/rollback.ts'
import type { Change } from '../../../src/state/planner/steps.ts'
import { wantedOf } from '../../../src/state/planner/wanted.ts'
import { timing } from './timing.ts'

const asked: PlanOptions = { version: null, emergency: false, preserveData: false, services: [] }
const good = `sha256:${'a'.repeat(64)}`
const bad = `sha256:${'b'.repeat(64)}`
const image = { name: 'reg:5000/api:1.2.2', digests: ['reg:5000/api@sha256:1'] }
const fromRegistry: FetchFrom = { kind: 'registry', reference: 'reg:5000/api@sha256:1' }
const here: ReleaseFound = { release: '1.2.2', digest: good, complete: true, why: null, tags: [image.name] }
const pullable: ReleaseFound = { release: '1.2.2', digest: good, complete: true, why: null, fetch: fromRegistry }

describe('an image that is not on its host', () => {
  test.each([
    ['host after host', asked],
    ['all at once', { ...asked, emergency: true }],
  ])('is pulled before any stop on any host, going %s', (_, options) => {
    const plan = planned(factsWith({ 'api@h1': [here], 'api@h2': [pullable] }), options)
    const stops = plan.steps.filter(({ command }) => command.kind === 'service.stop')
    expect(stops.map(({ id }) => id)).toEqual(['api@h1.stop', 'api@h2.stop'])
    for (const { needs } of stops) expect(needs).toContain('api@h2.pull')
    const pull = plan.steps.find(({ id }) => id === 'api@h2.pull')
    expect(pull).toMatchObject({ phase: 3, risk: 'safe', needs: [], command: { from: fromRegistry, name: image.name } })
  })

  test('is fetched once for all services of its host that run it', () => {
    const manifest = manifestOf(['api', 'jobs'])
    const facts = factsWith({ 'api@h1': [pullable], 'api@h2': [here], 'jobs@h1': [pullable], 'jobs@h2': [here] })
    const pulls = planned(facts, asked, manifest).steps.filter(({ command }) => command.kind === 'service.pull')
    expect(pulls.map(({ title }) => title)).toEqual([
      'pull the image of api 1.2.2 onto h1',
      'look that the image of api 1.2.2 is on h2',
    ])
  })

  test('is looked for once more before any stop though it was there, since a prune may come in between', () => {
    const plan = planned(factsWith({ 'api@h1': [here], 'api@h2': [here] }), asked)
    const pulls = plan.steps.filter(({ command }) => command.kind === 'service.pull').map(({ id }) => id)
    expect(pulls).toEqual(['api@h1.pull', 'api@h2.pull'])
    for (const { id, needs } of plan.steps)
      if (id.endsWith('.stop')) expect(needs).toEqual(expect.arrayContaining(pulls))
  })

  test('is pulled with few others of its host at a time', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const other = (name: string): ReleaseFound => ({ ...pullable, digest: `sha256:${name}` })
    const facts = factsWith(Object.fromEntries(names.map(name => [`${name}@h1`, [other(name)]])))
    const services = Object.fromEntries(
      names.map(name => [`${name}@h1`, { release: '1.2.2', digest: `sha256:${name}`, image }]),
    )
    const ledger = [{ ...ledgerOf([], { release: '', digest: '' }), services }]
    const record = { ledger, freeze: null, lock: null, refused: [] }
    const plan = planned({ ...facts, records: { h1: record } }, asked, manifestOf(names, ['h1']))
    const pulls = plan.steps.filter(({ command }) => command.kind === 'service.pull')
    expect(pulls.map(({ needs }) => needs)).toEqual([[], [], [], ['a@h1.pull'], ['b@h1.pull']])
  })

  test('and that no ledger has is pulled where a registry is known to have had it, and blocks where none is', () => {
    const facts = factsWith({ 'api@h1': [] })
    const change = (digests: readonly string[]): Change => ({
      key: 'api@h1',
      service: 'api',
      host: 'h1',
      before: facts.services['api@h1']!.observed,
      release: '1.3.0',
      digest: bad,
      image: { name: 'reg:5000/api:1.3.0', digests },
    })
    const known = change(['reg:5000/api@sha256:2'])
    expect(pullSteps(facts, manifestOf(['api']), [known]).map(({ title }) => title)).toEqual([
      'pull the image of api 1.3.0 onto h1',
    ])
    expect([lostImages(facts, [known]), lostImages(facts, [change([])])]).toEqual([
      [],
      [expect.stringContaining('api@h1: the image of 1.3.0 (sha256:bbbbbbbbbbbb) is not on h1 any more')],
    ])
  })

  test('that was looked for everywhere and that nothing has blocks with every place that was asked, known registry or not', () => {
    const why = 'its image is not on h1; reg:5000 refuses the account; no archive in /artifacts has it'
    const facts = factsWith({ 'api@h1': [{ ...pullable, complete: false, why }] })
    const change: Change = {
      key: 'api@h1',
      service: 'api',
      host: 'h1',
      before: facts.services['api@h1']!.observed,
      release: '1.2.2',
      digest: good,
      image,
    }
    expect(lostImages(facts, [change])).toEqual([`api@h1: ${why}`])
  })

  test('that nothing has is no release to go back to, and every place that was asked is named', () => {
    const why = 'its image is not on h2; reg:5000 refuses the account; no archive in /artifacts has it'
    const facts = factsWith({ 'api@h1': [here], 'api@h2': [{ ...pullable, complete: false, why }] })
    const refused = planRollback({
      facts,
      manifest: manifestOf(['api']),
      options: asked,
      purpose: { kind: 'rollback' },
    })
    expect(refused).toMatchObject({
      fault: { code: 'target.none', means: expect.stringContaining(`1.2.2 for api@h2: ${why}`) },
    })
  })

  test('is taken by its digest though its name leads to another image now, and the plan says which', () => {
    const other = { ...here, digest: bad, tags: [image.name] }
    const plan = planned(factsWith({ 'api@h1': [here], 'api@h2': [other, pullable] }), asked)
    expect(plan.changes.map(({ digest }) => digest)).toEqual([good, good])
    expect(plan.warnings.filter(line => line.includes(image.name))).toEqual([
      `api@h2: reg:5000/api:1.2.2 was ${good.slice(0, 19)} when 1.2.2 was recorded, and names ${bad.slice(0, 19)} on the host now; the recorded image is taken, not the name`,
    ])
  })
})

describe('before a plan is approved', () => {
  test('an image that its host has no room for blocks it, as far as that is known', () => {
    const plan = (leastBytes: number, mostBytes: number | null, freeBytes: number | null) => {
      const facts = factsWith({ 'api@h1': [here], 'api@h2': [{ ...pullable, room: { leastBytes, mostBytes } }] })
      const space = { h2: { freeBytes, at: freeBytes === null ? null : '/docker', why: 'nobody tells' } }
      return planned({ ...facts, space }, asked)
    }
    const full = plan(4e9, 8e9, 3e9)
    expect(full.blockers).toEqual([
      'no room on h2 for 1 image: at least 4.0 GB are needed, 3.0 GB are free at /docker. Make room (docker builder prune, old logs), but not with docker system prune -a, which takes the images a way back needs, and plan again',
    ])
    expect(full.space).toEqual(['h2: at most 8.0 GB needed for 1 image to fetch; 3.0 GB free at /docker'])
    expect(planLines(full, 'h').join('\n')).toContain('Room for images\n  h2: at most 8.0 GB')
    const others = [plan(4e9, 8e9, 5e9), plan(0, null, 5e9), plan(4e9, 8e9, null)]
    expect(others.map(({ blockers }) => blockers)).toEqual([[], [], []])
  })

  test('what stands around containers that change is told, the same words once', () => {
    const facts = factsWith({ 'api@h1': [here], 'api@h2': [here] })
    const services = Object.entries(facts.services).map(([key, fact]) => [key, { ...fact, surroundings: ['a thing'] }])
    const plan = planned({ ...facts, services: Object.fromEntries(services) }, asked)
    expect(plan.warnings).toEqual(expect.arrayContaining(['api@h1, api@h2: a thing']))
  })

  test('1.2.2 that was named beside another v1.2.2 is told of its namesake', () => {
    const facts = factsWith({ 'api@h1': [here], 'api@h2': [here] })
    const namesake = { ...ledgerOf(['api@h1', 'api@h2'], { release: 'v1.2.2', digest: bad }), version: 'v1.2.2' }
    const record = { ...(facts.records['h1'] as HostRecord) }
    const both = { ...record, ledger: [...record.ledger, namesake] }
    const plan = planned({ ...facts, records: { h1: both, h2: both } }, { ...asked, version: '1.2.2' })
    expect(plan.passedOver).toEqual([{ version: 'v1.2.2', why: 'it is another release than 1.2.2, which was named' }])
  })
})

describe('protection', () => {
  const kept = (of: KeptImage['of'], registry: KeptImage['registry'], archive: string | null): KeptImage => ({
    of,
    registry,
    archive,
    why: registry === 'holds it' ? 'reg:5000' : 'no registry was recorded for it',
    ...(of === 'target' ? { release: '1.2.2', digest: good } : { release: '1.3.0', digest: bad }),
  })
  const facts = {
    ...factsWith({ 'api@h1': [here], 'api@h2': [pullable] }),
    kept: {
      'api@h1': [kept('target', 'holds it', '/artifacts/api.tar'), kept('current', 'does not', null)],
      'api@h2': [kept('target', 'holds it', null)],
    },
  }

  test('is told for every image of target and present, with what holds it', () => {
    expect(planned(facts, asked).artifacts).toEqual([
      'api@h1 1.2.2 (target): on the host; its registry holds it (reg:5000), and archive /artifacts/api.tar holds it',
      'api@h1 1.3.0 (runs now): on the host; nothing but its host holds it, and docker system prune -af would take it for good (no registry was recorded for it; no archive has it)',
      'api@h2 1.2.2 (target): not on the host, pulled first as reg:5000/api@sha256:1; its registry holds it (reg:5000)',
    ])
  })

  test('that is missing is one warning for all hosts of an image', () => {
    const bare = { 'api@h1': [kept('current', 'does not', null)], 'api@h2': [kept('current', 'does not', null)] }
    expect(planned({ ...facts, kept: bare }, asked).warnings.filter(line => line.includes('nothing but'))).toEqual([
      'api@h1 1.3.0, api@h2 1.3.0: nothing but its host holds it, and docker system prune -af would take it for good (no registry was recorded for it; no archive has it)',
    ])
  })

  test('that is not known, since a registry could not be asked, is said so and is a warning too', () => {
    const asking = { ...kept('current', 'unknown', null), why: 'reg:5000 refuses the account' }
    const plan = planned({ ...facts, kept: { 'api@h1': [asking] } }, asked)
    expect(plan.warnings).toContain(
      'api@h1 1.3.0: whether anything but its host holds it is not known (reg:5000 refuses the account; no archive has it)',
    )
  })

  test('that is missing is a warning, in the plan and on its lines', () => {
    const plan = planned(facts, asked)
    const warning = expect.stringContaining('api@h1 1.3.0: nothing but its host holds it')
    expect(plan.warnings.filter(line => line.includes('nothing but'))).toEqual([warning])
    expect(planLines(plan, 'hash')).toEqual(expect.arrayContaining([warning, 'Images']))
  })
})

describe('configuration', () => {
  const before: ConfigSeen = {
    key: 'k1',
    env: { PORT: '1', MODE: '2', OLD: '3' },
    mounts: ['data on /data'],
    ports: ['8081->8080/tcp'],
    networks: ['bridge'],
  }
  const now: ConfigSeen = {
    ...before,
    env: { PORT: '9', MODE: '2', FEATURE_X: '4' },
    mounts: [],
    networks: ['bridge', 'edge'],
  }
  const facts = (was: ConfigSeen | undefined, is: ConfigSeen): Facts => {
    const plain = factsWith({ 'api@h1': [here], 'api@h2': [here] })
    const entry = ledgerOf(Object.keys(plain.services), { release: '1.2.2', digest: good, ...(was && { config: was }) })
    const services = Object.entries(plain.services).map(([key, fact]) => [
      key,
      key === 'api@h1' ? { ...fact, observed: { ...fact.observed, config: is } } : fact,
    ])
    const record = { ledger: [entry], freeze: null, lock: null, refused: [] }
    return { ...plain, services: Object.fromEntries(services), records: { h1: record, h2: record } }
  }

  test('that people changed since the target was recorded is told by name, without its values', () => {
    expect(planned(facts(before, now), asked).drift).toEqual([
      "api@h1: since 1.2.2 was recorded, env FEATURE_X was added, env OLD was taken away, env PORT changed, mount data on /data was taken away, network edge was added; today's is taken",
    ])
  })

  test('that is as it was is not spoken of', () => {
    expect(planned(facts(before, before), asked).drift).toBeUndefined()
  })

  test('whose values were hashed with another key is told by names alone', () => {
    const [line] = planned(facts(before, { ...now, key: 'k2' }), asked).drift ?? []
    expect(line).toContain('env FEATURE_X was added, env OLD was taken away, values of env cannot be compared')
    expect(line).not.toContain('PORT')
  })

  test('of a release that was recorded without one is said to be unknown', () => {
    expect(planned(facts(undefined, now), asked).drift).toEqual([
      'api@h1: its configuration was not recorded with 1.2.2',
    ])
  })

  test('that one host has kept and another has let go does not make the two disagree about the release', () => {
    const both = facts(before, now)
    const bare = facts(undefined, now).records['h2'] ?? { ledger: [], freeze: null, lock: null, refused: [] }
    const plan = planned({ ...both, records: { ...both.records, h1: bare } }, asked)
    expect(plan.target.services['api@h1']?.digest).toBe(good)
  })
})

describe('what is looked for elsewhere', () => {
  const entries = Array.from({ length: 8 }, (_, index) => entry(`1.${index}.0`, `sha256:${index}`, index !== 7))
  const records = { h1: { ledger: entries, freeze: null, lock: null, refused: [] } }

  test('is the newest five that are good, and one that was named', () => {
    const versions = (version: string | null) => wantedOf(records, 'api@h1', version).map(({ release }) => release)
    expect(versions(null)).toEqual(['1.6.0', '1.5.0', '1.4.0', '1.3.0', '1.2.0'])
    expect(versions('1.0.0')).toEqual(['1.6.0', '1.5.0', '1.4.0', '1.3.0', '1.2.0', '1.0.0'])
    expect(versions('1.7.0')).toContain('1.7.0')
  })

  test('is also what a run rolled away from, when that run is to be undone, though it counts as bad by then', () => {
    const left = { release: '1.7.0', digest: 'sha256:7' }
    expect(wantedOf(records, 'api@h1', null, left).map(({ release }) => release)).toContain('1.7.0')
  })
})

function planned(facts: Facts, options: PlanOptions, manifest = manifestOf(['api'])): Plan {
  const made = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!made.ok) throw new Error(made.fault.means)
  return made.plan
}

function entry(release: string, digest: string, isGood = true): LedgerEntry {
  return { ...ledgerOf(['api@h1'], { release, digest }), version: release, recordedAt: release, good: isGood }
}

function ledgerOf(keys: readonly string[], recorded: Recorded): LedgerEntry {
  return {
    version: '1.2.2',
    recordedAt: '2026-11-01T00:00:00.000Z',
    by: 'ana',
    good: true,
    databases: {},
    services: Object.fromEntries(keys.map(key => [key, recorded])),
  }
}

function factsWith(releases: Readonly<Record<string, readonly ReleaseFound[]>>): Facts {
  const observed: Observed = {
    state: 'running',
    release: '1.3.0',
    digest: bad,
    pointed: '1.3.0',
    pid: 1,
    since: null,
    note: null,
    image: { name: 'reg:5000/api:1.3.0', digests: [] },
  }
  const ledger = [ledgerOf(Object.keys(releases), { release: '1.2.2', digest: good, image })]
  const record = { ledger, freeze: null, lock: null, refused: [] }
  return {
    at: '2026-11-18T03:00:00.000Z',
    services: Object.fromEntries(
      Object.entries(releases).map(([key, found]) => [
        key,
        { observed, releases: found, health: 'unhealthy', healthNote: null, errors: [] },
      ]),
    ),
    databases: {},
    records: { h1: record, h2: record },
  }
}

function manifestOf(services: readonly string[], hosts: readonly string[] = ['h1', 'h2']): Manifest {
  const service = (name: string): Manifest['services'][string] => ({
    hosts,
    release: null,
    container: { kind: 'name', name },
    kind: 'web',
    dependsOn: [],
    stop: { graceMs: 1000 },
    health: { kind: 'tcp', address: '{host}', port: 1 },
    identity: null,
  })
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: Object.fromEntries(
      hosts.map(host => [host, { kind: 'docker', endpoint: { kind: 'context', name: host }, address: host }]),
    ),
    services: Object.fromEntries(services.map(name => [name, service(name)])),
    databases: {},
    checks: [],
    notify: {},
    timing,
  }
}
