import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { BackupNamed } from '../../src/state/restore-command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { findBackups } from '../../src/targets/databases/mysql/restore/backups.ts'
import type { Outcome } from '../../src/targets/outcome.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { until } from './support.ts'

vi.setConfig({ testTimeout: 180_000 })

let server: MariaDb
let root: Connection
let act: DatabaseAct
let backup: Taken
let before: unknown

describe.each(['mydumper', 'mysqldump'] as const)('a restore out of a backup of %s', tool => {
  beforeEach(async () => {
    await opened()
    backup = await backupOf(server, 'shop', tool)
    for (const sql of release) await root.query(sql)
    before = await live()
  })
  afterEach(closed)

  test('loads nothing where the backup is gone, nor where another one lies in its place', async () => {
    const planned = await named()
    renameSync(planned.path, `${planned.path}.away`)
    expect(await failing(loading(planned))).toMatchObject({ fault: { code: 'database.no-backup' } })
    const other = await backupOf(server, 'shop', tool)
    cpSync(other.path, planned.path, { recursive: true })
    other.remove()
    expect(await failing(loading(planned))).toMatchObject({
      fault: {
        code: 'database.other-backup',
        what: expect.stringMatching(/is not the one that was planned with: it had \d+ bytes, and has \d+/) as string,
        means: 'Nothing was loaded, and what serves is as it was.',
      },
    })
    rmSync(planned.path, { recursive: true })
    renameSync(`${planned.path}.away`, planned.path)
    expect((await applied(act, loading(planned))).outcome.ok).toBe(true)
  })

  test('has not loaded what changed under its hands, nor what its loader left half: it is dropped, and loaded anew by a retry', async () => {
    const planned = await named()
    const loader = held(tool, 'after')
    const ended = failing(loading(planned))
    await loader.waits()
    const file =
      tool === 'mydumper'
        ? join(planned.path, readdirSync(planned.path).find(one => one.endsWith('.orders.sql')) ?? '')
        : planned.path
    writeFileSync(file, '-- and more\n;\n', { flag: 'a' })
    loader.goOn()
    expect(await ended).toMatchObject({
      fault: {
        code: 'database.other-backup',
        means: 'What serves is as it was; what had been loaded beside it is dropped again.',
      },
    })
    expect(await sidesThere()).toEqual([])
  })

  test('says that its loader was killed', async () => {
    const planned = await named()
    const loader = held(tool, 'after')
    const ended = failing(loading(planned))
    process.kill(await loader.waits(), 'SIGKILL')
    expect(await ended).toMatchObject({
      fault: {
        code: 'database.not-loaded',
        what: `The backup of database main could not be loaded: ${tool === 'mydumper' ? 'myloader' : 'mariadb'} was ended by SIGKILL`,
        means: 'What serves is as it was; what had been loaded beside it is dropped again.',
      },
    })
    loader.goOn()
    expect(await sidesThere()).toEqual([])
    expect((await applied(act, loading(planned))).outcome.ok).toBe(true)
  })
})

describe('a restore whose server is started anew', () => {
  beforeEach(async () => {
    await opened()
    await root.query('INSERT INTO orders (id, customer_id, total) SELECT seq, 1 + seq MOD 3, seq FROM seq_61_to_100000')
    backup = await backupOf(server, 'shop', 'mydumper')
    for (const sql of release) await root.query(sql)
    before = await live()
  })
  afterEach(closed)

  test('while it loads has failed, and loads anew', async () => {
    const planned = await named()
    const ended = applied(act, loading(planned))
    await vi.waitUntil(async () => (await sidesThere()).includes('orders'), { timeout: 60_000, interval: 20 })
    await restarted()
    expect((await ended).outcome).toMatchObject({ ok: false, fault: { code: 'database.not-loaded' } })
    expect(await act.probe(loading(planned), context)).toMatchObject({ verdict: 'not yet' })
    expect(await live()).toEqual(before)
    await goesOn(restoring(backup))
  })

  test('between the loader’s end and the word that it is loaded is unknown, which a look answers', async () => {
    const planned = await named()
    const loader = held('mydumper', 'after')
    const ended = applied(act, loading(planned))
    await loader.waits()
    await restarted()
    loader.goOn()
    expect((await ended).outcome).toMatchObject({ ok: false, unknown: true, fault: { code: 'database.unreachable' } })
    expect(await act.probe(loading(planned), context)).toMatchObject({ verdict: 'not yet' })
    expect(await live()).toEqual(before)
    await goesOn(restoring(backup))
  })

  test.each([
    ['proves', 1, '%`orders`%'],
    ['changes places', 4, '%RENAME TABLE%'],
  ] as const)('while it %s is unknown, which a look answers, and what serves is whole', async (_, index, statement) => {
    const commands = restoring(backup)
    await goesOn(commands.slice(0, index))
    const standing = await live()
    const command = commands[index] as DatabaseCommand
    const stopped = index === 4 ? await blocking() : null
    const ended = applied(act, command)
    await vi.waitUntil(() => isAt(statement), { timeout: 60_000, interval: 5 })
    await restarted()
    expect((await ended).outcome).toMatchObject({ ok: false, unknown: true, fault: { code: 'database.unreachable' } })
    await stopped?.end().catch(() => undefined)
    expect(await live()).toEqual(standing)
    expect(await act.probe(command, context)).toMatchObject({ verdict: 'not yet' })
    await goesOn(commands.slice(index))
  })
})

describe('a server whose disk is full before the backup is loaded', () => {
  const [usual, small] = [process.env['TMPDIR'], mkdtempSync(join(tmpdir(), 'astern-small-'))]
  beforeEach(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', small])
    process.env['TMPDIR'] = small
    // With a binlog on the same disk the server itself may wait for room, and everybody with it.
    // And its own tablespace grows by 64 MB at a time, whoever else would want that room.
    await opened(['--innodb-log-file-size=8M', '--innodb-autoextend-increment=1', '--skip-log-bin'])
    await root.query('CREATE TABLE papers (id INT PRIMARY KEY, text VARCHAR(1000))')
    await root.query('INSERT INTO papers SELECT seq, REPEAT(MD5(seq), 30) FROM seq_1_to_40000')
  })
  afterEach(async () => {
    await closed()
    execFileSync('umount', [small])
  })
  afterAll(() => rmSync(small, { recursive: true }))

  test.each(['mydumper', 'mysqldump'] as const)(
    'goes on serving: half a load of %s is dropped, or said to be there, its rows stand in no evidence, and a retry loads all once there is room',
    async tool => {
      process.env['TMPDIR'] = usual ?? '/tmp'
      backup = await backupOf(server, 'shop', tool, [])
      await root.query('TRUNCATE mysql.general_log')
      before = await live()
      const planned = await named()
      const ballast = join(small, 'ballast')
      execFileSync('fallocate', ['-l', `${freeMb(small) - 25}M`, ballast])
      const lines: string[] = []
      const { outcome } = await applied(act, loading(planned), context, lines)
      if (outcome.ok) throw new Error('there was room')
      // To drop something needs room as well, and there may be none left at all.
      const dropped = !outcome.fault.means.includes('could not be dropped')
      expect(outcome.fault).toMatchObject({
        code: 'database.not-loaded',
        means: dropped
          ? 'What serves is as it was; what had been loaded beside it is dropped again.'
          : expect.stringMatching(/^What serves is as it was; _astern_r1_shop holds a part, which nobody uses: /),
        next: expect.stringContaining('Then retry, which begins with an empty schema') as string,
      })
      expect(lines.join('\n')).toMatch(/No space left on device|is full|No more room/)
      expect(lines.filter(line => /[0-9a-f]{32}/.test(line))).toEqual([])
      expect(await live()).toEqual(before)
      if (dropped) {
        expect(await sidesThere()).toEqual([])
        await root.query('INSERT INTO orders (customer_id, total) VALUES (1, 1)')
      }
      rmSync(ballast)
      expect((await applied(act, loading(planned))).outcome.ok).toBe(true)
    },
  )
})

function freeMb(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return Math.floor((bavail * bsize) / (1 << 20))
}

/** The program that loads, and a gate before or behind it: a script of its name that is found first. */
function held(tool: BackupNamed['tool'], when: 'after'): { waits: () => Promise<number>; goOn: () => void } {
  const name = tool === 'mydumper' ? 'myloader' : 'mariadb'
  const gate = mkdtempSync(join(tmpdir(), 'astern-gate-'))
  const [waiting, open] = [join(gate, 'waiting'), join(gate, 'open')]
  const script = `#!/bin/sh\n/usr/bin/${name} "$@"; code=$?\necho $$ > ${waiting}\nwhile [ ! -e ${open} ]; do sleep 0.05; done\nexit $code\n`
  writeFileSync(join(gate, name), script, { mode: 0o755 })
  const path = process.env['PATH'] ?? ''
  process.env['PATH'] = `${gate}:${path}`
  return {
    waits: () =>
      until(() => (existsSync(waiting) ? Number(readFileSync(waiting, 'utf8')) : null), `the loader ${when}`),
    goOn: () => {
      writeFileSync(open, '')
      process.env['PATH'] = path
    },
  }
}

async function restarted(): Promise<void> {
  await root.end().catch(() => root.destroy())
  await server.kill()
  await server.start()
  root = await server.root('shop')
}

/** As an engine goes on: what holds already is left. */
async function goesOn(commands: readonly DatabaseCommand[]): Promise<void> {
  for (const command of commands) {
    if ((await act.probe(command, context)).verdict === 'holds') continue
    const { outcome, lines } = await applied(act, command)
    if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines]))
  }
}

async function isAt(statement: string): Promise<boolean> {
  const [rows] = await root.query(
    "SELECT 1 FROM information_schema.processlist WHERE info LIKE ? AND user = 'astern_shop'",
    [statement],
  )
  return (rows as unknown[]).length > 0
}

/** A reader whose transaction keeps the tables where they are. */
async function blocking(): Promise<Connection> {
  const reader = await server.root('shop')
  await reader.query('START TRANSACTION')
  await reader.query('SELECT COUNT(*) FROM orders')
  return reader
}

async function live(): Promise<unknown> {
  const [tables] = await root.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'shop' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_astern%' ORDER BY 1",
  )
  const names = (tables as { name: string }[]).map(({ name }) => `shop.${name}`)
  return (await root.query(`CHECKSUM TABLE ${names.join(', ')}`))[0]
}

/** Tables beside it. */
async function sidesThere(): Promise<readonly string[]> {
  const [rows] = await root.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '_astern_r1_shop'",
  )
  return (rows as { name: string }[]).map(({ name }) => name)
}

async function opened(options: readonly string[] = []): Promise<void> {
  server = await startMariaDb(options)
  root = await openShop(server, 'shop')
  act = mysqlAct(configOf(server, 'shop'))
}

async function closed(): Promise<void> {
  await act.close()
  backup.remove()
  await root.end().catch(() => undefined)
  await server.remove()
}

/** As a plan names it. */
async function named(): Promise<BackupNamed> {
  const { tool, path, schema } = backup
  const { backups } = await findBackups({
    tool,
    dir: path.slice(0, path.lastIndexOf('/')),
    schema,
    migrations: 'schema_migrations',
  })
  const [found] = backups
  if (found === undefined || found.amiss !== null) throw new Error(found?.amiss ?? 'there is none')
  return { tool, path, schema, tables: found.tables, bytes: found.bytes, finishedAt: found.finishedAt }
}

function loading(planned: BackupNamed): DatabaseCommand {
  return { kind: 'database.load', database: 'main', backup: planned, threads: 2 }
}

/** What came of it; what serves is as it was. */
async function failing(command: DatabaseCommand): Promise<Outcome> {
  const { outcome } = await applied(act, command, context)
  expect(outcome.ok).toBe(false)
  expect(await live()).toEqual(before)
  expect(await act.probe(command, context)).toMatchObject({ verdict: 'not yet' })
  return outcome
}
