import { describe, expect, test } from 'vitest'
import type { DrillQuestion, PastProduction } from '../../../src/state/drill/facts.ts'
import { proveDrill } from '../../../src/state/drill/proof.ts'
import {
  engine,
  markFor,
  publishedAs,
  question,
  record,
  scenarioWith,
  server,
  staging,
  withDatabase,
  withFault,
  withHost,
  withManifest,
  withProduction,
  withScenario,
} from './question.ts'

const stage = engine('STAGE1', 'stage-1')
const main = server('stage', 'shop')

function withLock(run: string | null): DrillQuestion {
  const asked = question()
  const lock = {
    run: run ?? '',
    who: 'ana',
    on: 'bastion',
    since: 'nine',
    reason: '',
    directory: '/',
    environment: 'shop',
  }
  const held = { ok: true, value: { ...record, lock: run === null ? null : lock } } as const
  return { ...asked, seen: { ...asked.seen, records: { ...asked.seen.records, 'web-1': held } } }
}

function withPast(at: string, other: Partial<PastProduction> = {}): DrillQuestion {
  const past = { run: '1101-080000-bbbb', at, environment: 'shop-staging', references: [], channels: [], ...other }
  return { ...question(), past: [past] }
}

function withList(why: 'missing' | 'unreadable' | 'damaged'): DrillQuestion {
  return { ...question(), list: { ok: false, file: '/shared/production.json', why, words: 'this account may not' } }
}

/** Published a moment later, by another team, without anything of ours. */
const readable = (): DrillQuestion =>
  withProduction({ shop: publishedAs(['engine:LIVE1']), bank: publishedAs(['engine:LIVE9']) })

const unreachable = { code: 'docker.unreachable', what: 'web-1 does not answer', means: '', next: 'Start it.' }

function silent(): DrillQuestion {
  const asked = question()
  const hosts = { ...asked.seen.hosts, 'web-1': { ok: false, fault: unreachable } as const }
  return { ...asked, seen: { ...asked.seen, hosts } }
}

const beside = (marked: boolean) =>
  withHost({ beside: [{ where: 'volume astern_shop_3', environment: 'shop', marked }] })
const slack = (url: string) => ({ kind: 'slack', url, audience: 'team' }) as const

const fullDisk = () =>
  scenarioWith(
    'kind: kill # stop, kill, pause, restart_loop, latency, errors, cut_off, image_gone, tag_moved: a service on a host\n    target: { service: api, host: web-1 }',
    'kind: disk_full\n    target: { host: web-1 }',
  )

/** Ways to point a drill at production, or to let it out of hand; and beside each its nearest harmless twin. */
const ways: readonly (readonly [way: string, code: string, bad: () => DrillQuestion, twin: () => DrillQuestion])[] = [
  [
    'the class says production',
    'class.production',
    () => withManifest('class: staging', 'class: production'),
    () => withManifest('class: staging', 'class: staging, x-was: production'),
  ],
  [
    'the class was changed since the mark',
    'class.changed',
    () => withHost({ mark: markFor(stage, { class: 'drill' }) }),
    () => withHost({ mark: markFor(stage, { class: 'staging', by: 'ben' }) }),
  ],
  [
    'it was production in a run since it was marked',
    'class.was-production',
    () => withPast('2026-11-21T00:00:00.000Z'),
    () => withPast('2026-11-19T00:00:00.000Z'),
  ],
  [
    'production is published under its name',
    'name.production',
    () => withProduction({ 'shop-staging': publishedAs(['engine:LIVE1']) }),
    () => withProduction({ 'shop-staging-2': publishedAs(['engine:LIVE1']) }),
  ],
  [
    'a host bears no mark',
    'mark.missing',
    () => withHost({ mark: null }),
    () => withHost({ mark: markFor(stage, { run: '1126-100000-cccc' }) }),
  ],
  [
    'a database bears no mark',
    'mark.missing',
    () => withDatabase({ mark: null }),
    () => withDatabase({ mark: markFor(main, { run: '1126-100000-cccc' }) }),
  ],
  [
    'a mark that nobody can read',
    'mark.damaged',
    () => withHost({ mark: 'damaged' }),
    () => withHost({ mark: markFor(stage, { by: '' }) }),
  ],
  [
    'a mark that came along with a cloned disk: another Engine',
    'mark.elsewhere',
    () => withHost({ mark: markFor(engine('STAGE0', 'stage-1')) }),
    () => withHost({ mark: markFor(engine('STAGE1', 'stage-1')) }),
  ],
  [
    'a mark that came along with the very id of the Engine, on another machine',
    'mark.elsewhere',
    () => withHost({ identity: engine('STAGE1', 'live-1'), mark: markFor(stage) }),
    () => withHost({ identity: engine('STAGE1', 'live-1'), mark: markFor(engine('STAGE1', 'live-1')) }),
  ],
  [
    'a mark that came along with a restored dump: another server',
    'mark.elsewhere',
    () => withDatabase({ mark: markFor(server('old', 'shop')) }),
    () => withDatabase({ mark: markFor(server('stage', 'shop')) }),
  ],
  [
    'a mark that came along with a restored dump: another schema of the same server',
    'mark.elsewhere',
    () => withDatabase({ mark: markFor(server('stage', 'shop_drill')) }),
    () => withDatabase({ identity: server('stage', 'shop_drill'), mark: markFor(server('stage', 'shop_drill')) }),
  ],
  [
    'a mark of another environment',
    'mark.other-environment',
    () => withDatabase({ mark: markFor(main, { environment: 'bank-staging' }) }),
    () => withDatabase({ mark: markFor(main, { environment: 'shop-staging' }) }),
  ],
  ['a target that gives no answer', 'target.unreachable', silent, () => withHost({})],
  [
    "a host that is production's by another name",
    'production.engine',
    () => withProduction({ shop: publishedAs(['engine:STAGE1']) }),
    () => withProduction({ shop: publishedAs(['engine:STAGE10']) }),
  ],
  [
    "a node of production's Swarm",
    'production.node',
    () => {
      const node = { ids: [...stage.ids, 'node:n1'], bound: stage.bound }
      const asked = withHost({ identity: node, mark: markFor(node) })
      return { ...asked, list: withProduction({ shop: publishedAs(['swarm:s1', 'node:n1']) }).list }
    },
    () => {
      const node = { ids: [...stage.ids, 'node:n2'], bound: stage.bound }
      const asked = withHost({ identity: node, mark: markFor(node) })
      return { ...asked, list: withProduction({ shop: publishedAs(['swarm:s1', 'node:n1']) }).list }
    },
  ],
  [
    "a directory on production's machine",
    'production.machine',
    () => {
      const there = { ids: ['directory:m1:8:42', 'machine:m1'], bound: [] }
      const asked = withHost({ identity: there, mark: markFor(there) })
      return { ...asked, list: withProduction({ shop: publishedAs(['directory:m1:8:41', 'machine:m1']) }).list }
    },
    () => {
      const there = { ids: ['directory:m2:8:41', 'machine:m2'], bound: [] }
      const asked = withHost({ identity: there, mark: markFor(there) })
      return { ...asked, list: withProduction({ shop: publishedAs(['directory:m1:8:41', 'machine:m1']) }).list }
    },
  ],
  [
    "production's database by another address",
    'production.schema',
    () => withProduction({ shop: publishedAs(['server:stage', 'schema:stage/shop']) }),
    () => withProduction({ shop: publishedAs(['server:live', 'schema:live/shop']) }),
  ],
  [
    "another database of production's server",
    'production.server',
    () => withProduction({ shop: publishedAs(['server:stage', 'schema:stage/bank']) }),
    () => withProduction({ shop: publishedAs(['server:stage2', 'schema:stage2/bank']) }),
  ],
  ['no list of production', 'list.missing', () => withList('missing'), readable],
  ['a list that cannot be read', 'list.unreadable', () => withList('unreadable'), readable],
  ['a list that is damaged', 'list.damaged', () => withList('damaged'), readable],
  [
    'a list that names nothing',
    'list.empty',
    () => withProduction({ shop: publishedAs([]) }),
    () => withProduction({ shop: publishedAs(['engine:LIVE1']) }),
  ],
  [
    "a secret that is production's, published",
    'secret.shared',
    () => withProduction({ shop: publishedAs(['engine:LIVE1'], { references: ['env:STAGING_DB'] }) }),
    () => withProduction({ shop: publishedAs(['engine:LIVE1'], { references: ['env:STAGING_DB_2'] }) }),
  ],
  [
    'a secret of a production run of this home',
    'secret.shared',
    () => withPast('2026-11-19T00:00:00.000Z', { environment: 'shop', references: ['env:STAGING_SLACK'] }),
    () => withPast('2026-11-19T00:00:00.000Z', { environment: 'shop', references: ['env:SHOP_SLACK'] }),
  ],
  [
    'no channels of its own',
    'channels.none',
    () => withManifest(staging.slice(staging.indexOf('drill:')), ''),
    () => withManifest('notify:\n  ops: { slack: { webhook: "env:STAGING_SLACK" } }\n', ''),
  ],
  [
    'a live channel by another name: the same address, spelt otherwise',
    'channel.live',
    () => withManifest('https://hooks.example/game', 'HTTPS://Hooks.Example:443/ops/'),
    () => withManifest('https://hooks.example/game', 'https://hooks.example/ops-game'),
  ],
  [
    'a live channel by another name: the same page under a key of its own',
    'channel.live',
    () => withProduction({ shop: publishedAs(['engine:LIVE1'], { channels: ['page play', 'page by env:SHOP_PAGE'] }) }),
    () => withProduction({ shop: publishedAs(['engine:LIVE1'], { channels: ['page shop', 'page by env:SHOP_PAGE'] }) }),
  ],
  [
    'a live channel of a production run of this home',
    'channel.live',
    () =>
      withPast('2026-11-19T00:00:00.000Z', {
        environment: 'shop',
        channels: [{ ...slack('https://hooks.example/game') }],
      }),
    () => withPast('2026-11-19T00:00:00.000Z', { environment: 'shop', channels: [slack('env:SHOP_SLACK')] }),
  ],
  ["a host that holds production's record too", 'record.beside', () => beside(false), () => beside(true)],
  ['a rollback is live there', 'run.live', () => withLock('1127-010203-dddd'), () => withLock(null)],
  [
    'the scenario was written for another environment',
    'scenario.other-environment',
    () => withScenario('names: [shop-staging]', 'names: [bank-staging]'),
    () => withScenario('names: [shop-staging]', 'names: [bank-staging, shop-staging]'),
  ],
  [
    'the scenario was written for another class',
    'scenario.other-class',
    () => withScenario('classes: [staging, drill]', 'classes: [drill]'),
    () => withScenario('classes: [staging, drill]', 'classes: [staging]'),
  ],
  [
    'the scenario names a check that is not here',
    'scenario.unknown',
    () => withScenario('steady_state: [log in, place an order]', 'steady_state: [log in, pay]'),
    () => withScenario('steady_state: [log in, place an order]', 'steady_state: [log in]'),
  ],
  [
    'an inject reaches a database beyond the blast radius',
    'blast.beyond',
    () => withScenario('databases: [main]', 'databases: []'),
    () => withScenario('channels: []', 'channels: [game]'),
  ],
  [
    'a fault of a host reaches every service on it',
    'blast.beyond',
    () => ({ ...withManifest('hosts: [web-2]', 'hosts: [web-1, web-2]'), scenario: fullDisk() }),
    () => ({ ...withManifest('hosts: [web-2]', 'hosts: [web-2]'), scenario: fullDisk() }),
  ],
  [
    'an inject without an expiry',
    'inject.no-expiry',
    () => withScenario('    expires: 5m\n', ''),
    () => withScenario('    expires: 5m\n', '    expires: 45m\n'),
  ],
  [
    'an inject that outlives the drill',
    'inject.outlives',
    () => withScenario('expires: 5m', 'expires: 46m'),
    () => withScenario('expires: 5m', 'expires: 44m'),
  ],
  [
    'an inject after the deadline',
    'inject.late',
    () => withScenario('at: 8m', 'at: 45m'),
    () => withScenario('at: 8m', 'at: 44m'),
  ],
  [
    'an inject that its target cannot be hurt by',
    'inject.unable',
    () => withFault('slow-lock', { ok: false, fault: { ...unreachable, what: 'the account may not lock rows' } }),
    () => withFault('slow-lock', { ok: true, value: 'a session that ends by the clock of its server' }),
  ],
  [
    'an inject whose target was not asked whether it can be',
    'inject.not-asked',
    () => withFault('api-dies', undefined),
    () => withFault('api-dies', { ok: true, value: 'a keeper on this machine' }),
  ],
  [
    'no deadline',
    'deadline.missing',
    () => withScenario('deadline: 45m', 'x-deadline: 45m'),
    () => withScenario('deadline: 45m', 'deadline: 46m'),
  ],
  [
    'a deadline that is too long',
    'deadline.long',
    () => withScenario('deadline: 45m', 'deadline: 241m'),
    () => withScenario('deadline: 45m', 'deadline: 240m'),
  ],
]

describe('a drill', () => {
  test('is accepted where everything is proven, and says from where', () => {
    expect(proveDrill(question())).toEqual({
      refusals: [],
      proven: [
        'shop-staging was production in no run of this home since it was marked',
        'host web-1: Engine STAGE1, by its own word; marked there for shop-staging (staging) by ana at 2026-11-20T09:00:00.000Z',
        'host web-2: Engine STAGE2, by its own word; marked there for shop-staging (staging) by ana at 2026-11-20T09:00:00.000Z',
        'database main: server stage, schema stage/shop, by its own word; marked there for shop-staging (staging) by ana at 2026-11-20T09:00:00.000Z',
        'none of them is among the 2 ids of production (shop) in /shared/production.json',
        'none of its 3 references to secrets is one of production’s',
        'messages go to game, board of drill.notify alone, none of them production’s',
        '3 injects of dropped-column reach nothing but web-1, api, main, and are taken back by themselves',
        'it is over after 45 min, whatever happens',
        'inject slow-lock: it ends',
        'inject api-dies: it ends',
        'inject ceo: it ends',
      ].map(line => line.replaceAll('’', "'")),
    })
  })

  test.each(ways)('is refused: %s; and its nearest harmless twin is accepted', (_, code, bad, twin) => {
    const { refusals } = proveDrill(bad())
    expect([...new Set(refusals.map(one => one.code))]).toEqual([code])
    for (const { what, next } of refusals) expect([what, next]).not.toContain('')
    expect(proveDrill(twin()).refusals).toEqual([])
  })

  test('has proven nothing since its marks where no target was asked for one', () => {
    const { proven } = proveDrill({ ...question(), seen: null })
    expect(proven.filter(line => line.includes('since it was marked'))).toEqual([])
  })

  test('is refused in at least twenty ways', () => {
    expect(new Set(ways.map(([, code]) => code)).size).toBeGreaterThanOrEqual(20)
  })

  test('of production asks nothing further', () => {
    const { refusals, proven } = proveDrill({ ...withManifest('class: staging', 'class: production'), seen: null })
    expect(refusals.map(({ code }) => code)).toEqual(['class.production'])
    expect(proven).toEqual([])
  })
})
