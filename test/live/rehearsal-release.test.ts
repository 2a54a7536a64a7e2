import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrationsOf } from '../../demo/database.ts'
import type { Plan } from '../../src/state/plan.ts'
import type { Rehearsal } from '../../src/state/rehearsal.ts'
import { rewrite } from './rehearsal-stage.ts'
import { openStage, type Stage } from './support.ts'

/** The shop's own services, led to a clone and to one another in the room. */
export function roomServices(gateway: number): object {
  const common = { PORT: '{port}', STARTS_LOG: '/dev/null' }
  return {
    auth: { env: { ...common, PROBE_PASSWORD: 'env:PROBE_PASSWORD' }, port: 1 },
    api: { env: { ...common, AUTH_PORT: '{port:auth}', SHOP_DB: '{database}' }, port: 1 },
    worker: { env: { ...common, SHOP_DB: '{database}' }, port: 1, start: true },
    gateway: {
      env: { ...common, AUTH_PORT: '{port:auth}', API_PORT: '{port:api}' },
      port: 1,
      serves: [`http://127.0.0.1:${gateway}`],
    },
  }
}

/** A migration that older code does not notice, or one that it cannot live with. */
function migrated(stage: Stage, up: string, down: string): string {
  const dir = join(stage.shop.root, `scripts-${up.length}`)
  mkdirSync(dir)
  for (const file of migrationsOf('sqlite', '1.2.3')) copyFileSync(file, join(dir, file.split('/').at(-1) ?? ''))
  writeFileSync(join(dir, '20261120_more.sql'), `-- migrate:up\n${up};\n\n-- migrate:down\n${down};\n`)
  return dir
}

describe('the target’s own checks on a clone', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({ bad: '1.2.3' })
    const dir = migrated(stage, 'CREATE TABLE gifts (id INTEGER PRIMARY KEY)', 'DROP TABLE gifts')
    await stage.shop.store.run(
      "CREATE TABLE gifts (id INTEGER PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20261120')",
    )
    rewrite(stage, written => {
      const { main } = written.databases
      main['rehearsal'] = {}
      main['migrations'] = { tool: 'dbmate', from: { dir } }
      written['rehearsal'] = { services: roomServices(stage.shop.ports.gateway) }
    })
  })
  afterAll(() => stage?.close())

  const orders = async (): Promise<number> =>
    Number((await stage.shop.store.rows("SELECT count(*) AS n FROM orders WHERE note = 'smoke test'"))[0]?.['n'])
  const planned = async (options: readonly string[] = []): Promise<Plan> =>
    (JSON.parse((await stage.astern(['plan', '--json', ...options])).stdout) as { plan: Plan }).plan

  test('show that it can run on today’s schema, and leave nothing; so services go first', async () => {
    expect((await planned()).compatibility).toBe('unknown')
    const before = await orders()
    const ran = await stage.astern(['rehearse', '--json'])
    const { rehearsal } = JSON.parse(ran.stdout) as { rehearsal: Rehearsal }
    expect([ran.code, ran.stderr, rehearsal.release]).toEqual([
      0,
      '',
      { verdict: 'passed', started: ['auth', 'worker', 'api', 'gateway'], checks: 4, failed: [] },
    ])
    expect(await orders()).toBe(before)
    expect(roomsLeft(stage)).toEqual([])
    const { order, compatibility, orderReason } = await planned()
    expect([order, compatibility, orderReason]).toEqual([
      'services first',
      'rehearsed compatible',
      expect.stringMatching(/\(rehearsed \d{4}-\d\d-\d\d \d\d:\d\d, 4 checks passed\)/),
    ])
    expect((await planned(['--preserve-data'])).order).toBe('services only')
  })

  test('say nothing any more once today’s schema is another', async () => {
    await stage.shop.store.run('CREATE TABLE other (id INTEGER PRIMARY KEY)')
    expect((await planned()).compatibility).toBe('unknown')
    await stage.shop.store.run('DROP TABLE other')
    expect((await planned()).compatibility).toBe('rehearsed compatible')
  })

  test('that fail as those of what runs now do show nothing: the room is amiss', async () => {
    const refuses =
      "CREATE TRIGGER no_smoke BEFORE INSERT ON orders WHEN NEW.note = 'smoke test' BEGIN SELECT RAISE(ABORT, 'no'); END"
    await stage.shop.store.run(refuses)
    const ran = await stage.astern(['rehearse', '--json'])
    const { rehearsal } = JSON.parse(ran.stdout) as { rehearsal: Rehearsal }
    // The schema, with a trigger that no migration made, does not become the target's either.
    expect([ran.code, rehearsal.release?.verdict]).toEqual([1, 'inconclusive'])
    expect(rehearsal.release?.failed.join('; ')).toContain('what runs now does not pass there either')
    expect((await planned()).compatibility).toBe('unknown')
    await stage.shop.store.run('DROP TRIGGER no_smoke')
  })
})

test('a target that does not start on today’s schema is evidence against it, said with its last words', async () => {
  const stage = await openStage({ bad: '1.3.0' })
  try {
    rewrite(stage, written => {
      written.databases.main['rehearsal'] = {}
      written['rehearsal'] = { services: roomServices(stage.shop.ports.gateway) }
    })
    const ran = await stage.astern(['rehearse', '--json'])
    const { rehearsal } = JSON.parse(ran.stdout) as { rehearsal: Rehearsal }
    const { verdict, failed = [] } = rehearsal.release ?? {}
    expect([ran.code, verdict, failed]).toEqual([
      1,
      'failed',
      [
        expect.stringMatching(
          /^api 1\.2\.2 does not start on the clone: it ended \(1\): fatal: this release cannot run/,
        ),
      ],
    ])
    const { plan } = JSON.parse((await stage.astern(['plan', '--json'])).stdout) as { plan: Plan }
    expect([plan.order, plan.compatibility]).toEqual(['database first', 'incompatible'])
    expect(plan.orderReason).toContain("and on today's schema api 1.2.2 does not start on the clone")
    expect(roomsLeft(stage)).toEqual([])
  } finally {
    await stage.close()
  }
})

/** Processes that were started in a room and are there yet. */
function roomsLeft(stage: Stage): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${stage.shop.root}/`) &&
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes('astern-rehearsal')
        )
      } catch {
        return false
      }
    })
}
