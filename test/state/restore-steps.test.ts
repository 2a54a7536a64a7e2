import { describe, expect, test } from 'vitest'
import type { Backup, BackupsFact } from '../../src/state/backup.ts'
import type { MysqlDatabase } from '../../src/state/manifest.ts'
import { restoreInstead, restoreSteps, restoreWarnings, type Restore } from '../../src/state/planner/restore-steps.ts'

const backup: Backup = {
  name: 'nightly',
  path: '/backups/nightly',
  tool: 'mydumper',
  version: null,
  schema: 'shop',
  begunAt: '2026-11-24T02:00:00Z',
  finishedAt: null,
  amiss: null,
  read: true,
  checksum: 'none',
  position: null,
  tables: [{ name: 'orders', rows: null, nextId: 61 }],
  migrations: ['1'],
  bytes: 1000,
  unpackedBytes: 4000,
}
const database: MysqlDatabase = {
  kind: 'mysql',
  server: { kind: 'socket', path: '/s' },
  database: 'shop',
  account: { user: 'astern', password: null },
  writers: ['shop@%'],
  readers: [],
  migrations: null,
  invariants: [],
}
const fact: BackupsFact = { backups: [backup], amiss: null, freeBytes: null, nextIds: { orders: 100 } }
const restore: Restore = {
  name: 'main',
  database,
  backup,
  tables: ['orders'],
  fingerprint: '',
  migrations: ['1'],
  salvage: true,
  since: ['2'],
  passedOver: [],
}
const now = '2026-11-24T23:00:00Z'

describe('a restore in the place of a reversal', () => {
  test('loads and proves before anybody stops, and changes places inside the fence', () => {
    const { beside, inside } = restoreSteps(restore, ['api.stop'])
    const steps = [...beside, ...inside]
    expect(steps.map(({ id, needs }) => `${id} <- ${needs.join(' ')}`)).toEqual([
      'main.load <- ',
      'main.verify <- main.load',
      'main.fence <- api.stop main.verify',
      'main.unhook <- main.fence',
      'main.capture <- main.unhook',
      'main.swap <- main.capture',
      'main.salvage <- main.swap',
      'main.hook <- main.swap main.salvage',
      'main.unfence <- main.hook',
    ])
    expect(steps.filter(({ risk }) => risk === 'destructive').map(({ id }) => id)).toEqual(['main.swap'])
  })

  test('has what the binlog has since put in before it is proven', () => {
    const replay = {
      from: { file: 'b.000001', offset: 4 },
      until: { file: 'b.000002', offset: 900 },
      files: ['b.000001', 'b.000002'],
      tables: [{ name: 'orders', rows: 63, more: 59 }],
      sha256: 'abc',
    }
    const { beside } = restoreSteps({ ...restore, replay }, [])
    expect(beside.map(({ id, needs, title }) => `${id} <- ${needs.join(' ')}: ${title}`)).toEqual([
      'main.load <- : load nightly beside main',
      'main.replay <- main.load: replay the binlog up to b.000002:900 into what was loaded beside main',
      'main.verify <- main.load main.replay: prove what was loaded beside main',
    ])
    expect(beside.at(-1)?.command).toMatchObject({ replayed: true })
  })

  test('lets the writers in only once replicas that are read from have all of it', () => {
    const replicas = [{ kind: 'tcp', host: 'db-2', port: 3306, tls: null }] as const
    const { inside } = restoreSteps({ ...restore, database: { ...database, replicas } }, [])
    expect(inside.slice(-2).map(({ id, needs }) => `${id} <- ${needs.join(' ')}`)).toEqual([
      'main.follow <- main.hook',
      'main.unfence <- main.hook main.follow',
    ])
  })

  test('says which former states of rows do not return, and that a dump with history lacks the newest alone', () => {
    const histories = { orders: 12, prices: 3 }
    const said = (history?: true): readonly string[] =>
      restoreWarnings(
        { ...restore, backup: { ...backup, ...(history === undefined ? {} : { history }) } },
        { ...fact, histories },
        now,
      )
    expect(said()).toContain(
      'main: nightly holds no former states of rows (system versioning): 12 of orders do not return, and are kept beside alone',
    )
    expect(said(true)).toContain(
      'main: former states of rows that were kept since the backup (system versioning, now 12 of orders) do not return; they are counted, and kept beside',
    )
  })

  test('says whose rights on routines would have to be given again by hand', () => {
    const statement = 'GRANT EXECUTE ON FUNCTION `shop`.`f` TO `clerk`@`%`'
    expect(restoreWarnings(restore, { ...fact, grantsLost: [statement] }, now)).toContain(
      `main: rights on a routine go where it goes, and astern may not give them again (GRANT OPTION); should one be missed: ${statement}`,
    )
    expect(restoreWarnings(restore, { ...fact, grantsLost: null }, now)).toContain(
      'main: who holds rights of their own on its routines cannot be seen by astern (SELECT ON mysql.procs_priv): where a routine is made anew, they are gone',
    )
  })

  test('says how old the backup is, about what is lost, and what comes back', () => {
    expect(restoreWarnings(restore, fact, now)).toEqual([
      'main: migrations 2 are not reversed: the backup is of before them',
      'main is restored from nightly, 21 h: about 39 rows were inserted since, by their numbers; all that was written since is counted inside the fence, row by row',
      'main: what was written since returns by primary key; what cannot is listed as a conflict, and kept beside',
    ])
  })

  test('is offered where there is no way down', () => {
    expect(restoreInstead('shop', backup, fact, now)).toBe(
      'restore instead with --restore: nightly, 21 h, about 39 rows inserted since',
    )
    expect(restoreInstead('shop', null, fact, now)).toContain('no whole backup')
  })
})
