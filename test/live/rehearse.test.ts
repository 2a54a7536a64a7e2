import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Plan } from '../../src/state/plan.ts'
import type { Rehearsal } from '../../src/state/rehearsal.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { clonesOn, giveRoom, rewrite } from './rehearsal-stage.ts'
import { openStage, type Stage } from './support.ts'

describeWithMariaDb('astern rehearse, beside a MariaDB that serves', () => {
  let stage: Stage
  let room: MariaDb
  beforeAll(async () => {
    stage = await openStage({ database: 'mariadb', bad: '1.3.0' })
    room = await startMariaDb()
    await giveRoom(stage, room)
  })
  afterAll(async () => {
    await stage?.close()
    await room?.remove()
  })

  const rehearsed = async (): Promise<{ code: number | null; rehearsal: Rehearsal }> => {
    const { code, stdout } = await stage.astern(['rehearse', '--json'])
    return { code, rehearsal: (JSON.parse(stdout) as { rehearsal: Rehearsal }).rehearsal }
  }

  test('has the doctor say that it was not tried yet', async () => {
    const { stdout } = await stage.astern(['doctor'])
    expect(stdout).toContain("▲ warn backups    the way back to 1.2.2 was not rehearsed at today's schema of main")
  })

  test('tries the way down and up on a clone, while what serves is only read', async () => {
    await stage.shop.store.run("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON")
    const ran = await stage.astern(['rehearse'])
    await stage.shop.store.run('SET GLOBAL general_log = OFF')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(
      ran.stdout
        .replaceAll(/\d+\.\d s/g, 'N s')
        .replaceAll(/\d+ rows/g, 'N rows')
        .split('\n'),
    ).toEqual([
      'Rehearsed on a clone: 1.3.0 -> 1.2.2',
      'main: N rows',
      ...['down', 'up'].flatMap(way => [1, 2, 3].map(at => `  ✓ ${way} 20261118, statement ${at}: N s`)),
      '  ✓ its schema is that of 1.2.2',
      '  ✓ the way up again leads to today’s',
      '',
    ])
    expect(await clonesOn(room)).toEqual([])
    const sent = await stage.shop.store.rows(
      "SELECT CONVERT(argument USING utf8mb4) AS sql_text FROM mysql.general_log WHERE command_type IN ('Query', 'Execute', 'Prepare') AND user_host LIKE 'astern[%'",
    )
    const harmless = /^(?:(?:SELECT|SHOW|EXPLAIN|SET SESSION)\b|USE `shop`$)/
    const statements = sent.map(row => String(row['sql_text']).trimStart())
    expect(statements.length).toBeGreaterThan(20)
    expect(statements.filter(sql => !harmless.test(sql) || /GET_LOCK|FOR UPDATE/.test(sql))).toEqual([])
  })

  test('keeps what it found at the record, where it stands for exactly this', async () => {
    const { code, rehearsal } = await rehearsed()
    expect([code, rehearsal.target, Object.keys(rehearsal.digests).sort()]).toEqual([
      0,
      '1.2.2',
      ['api@local', 'auth@local', 'gateway@local', 'worker@local'],
    ])
    const { plan } = JSON.parse((await stage.astern(['plan', '--json'])).stdout) as { plan: Plan }
    expect(rehearsal.databases['main']?.wanted).toBe(plan.target.databases['main']?.fingerprint)
    const timed = plan.steps.filter(({ estimated }) => estimated?.from === 'rehearsal').map(({ id }) => id)
    expect(timed).toEqual([1, 2, 3].map(at => `main.down.20261118.${at}`))
    expect(plan.rehearsed).toEqual([
      expect.stringMatching(/^main: rehearsed .+ on \d+ rows: the way down, 3 of 3 statements, in /),
    ])
    expect((await stage.astern(['doctor'])).stdout).toMatch(/✓ ok +backups +main: rehearsed /)
  })

  test('says what refused a statement in earnest, and ends with 1', async () => {
    await stage.shop.store.run(
      'ALTER TABLE order_notes ADD COLUMN stamp INT; CREATE TABLE clerks (order_id INT PRIMARY KEY, FOREIGN KEY (order_id) REFERENCES order_notes (order_id))',
    )
    const { code, rehearsal } = await rehearsed()
    const statements = rehearsal.databases['main']?.statements ?? []
    expect([code, statements.length, statements.at(-1)]).toMatchObject([
      1,
      3,
      { direction: 'down', index: 3, ms: null, fault: expect.stringContaining('1451') },
    ])
    await stage.shop.store.run('DROP TABLE clerks; ALTER TABLE order_notes DROP COLUMN stamp')
    expect(await clonesOn(room)).toEqual([])
  })

  test('that was killed leaves a clone, which the next one drops', async () => {
    const killed = await stage.astern(['rehearse'], {
      env: { ASTERN_CRASH_AT: 'after-intent:rehearsal.main.down.20261118.2' },
    })
    expect(killed.code).not.toBe(0)
    const [left, ...more] = await clonesOn(room)
    expect(more).toEqual([])
    const { stdout } = await stage.astern(['doctor'])
    expect(stdout).toContain(`▲ warn backups    main: a rehearsal left its clone ${left ?? ''} behind`)
    expect((await rehearsed()).code).toBe(0)
    expect(await clonesOn(room)).toEqual([])
  })

  test('is refused where nothing says where, and where it is the server that serves', async () => {
    rewrite(stage, ({ databases: { main } }) => {
      main['rehearsal'] = { mysql: { socket: stage.shop.store.place, user: 'root' } }
    })
    const same = await stage.astern(['rehearse'])
    expect([same.code, same.stderr]).toEqual([3, expect.stringContaining('is the very server that serves')])
    rewrite(stage, ({ databases: { main } }) => {
      delete main['rehearsal']
    })
    const nowhere = await stage.astern(['rehearse'])
    expect([nowhere.code, nowhere.stderr]).toEqual([
      3,
      expect.stringContaining('does not say where database main may be rehearsed'),
    ])
  })
})

test('astern rehearse on a SQLite file tries it on a copy, and leaves none', async () => {
  const stage = await openStage({ bad: '1.3.0' })
  try {
    rewrite(stage, ({ databases: { main } }) => {
      main['rehearsal'] = {}
    })
    const ran = await stage.astern(['rehearse'])
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toContain('✓ the way up again leads to today’s')
  } finally {
    await stage.close()
  }
})
