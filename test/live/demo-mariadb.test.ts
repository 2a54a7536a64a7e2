import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { processesBelow } from '../../demo/processes.ts'
import { gateOf } from '../../src/state/gates.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { atTheHelm, patience } from './at-the-helm.ts'
import {
  finished,
  openStage,
  rollbackArgs,
  runsOf,
  stateOf,
  undoByHash,
  until,
  type Ran,
  type Stage,
} from './support.ts'

vi.setConfig({ testTimeout: 300_000 })

const demo = resolve(import.meta.dirname, '../../bin/demo.mjs')

describeWithMariaDb('the shop on a MariaDB', () => {
  let stage: Stage
  beforeEach(async () => void (stage = await openStage({ database: 'mariadb' })))
  afterEach(() => stage?.close())

  test('has its column back with every acknowledged note, each author archived, and its account let in again', async () => {
    const ran = await stage.astern(await rollbackArgs(stage))
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toContain('Checklist 8 of 8')
    const steps = Object.values(stateOf(runsOf(stage.home)[0] ?? '').steps)
    const fenced = steps.find(({ id }) => id === 'main.fence')?.begunAt ?? ''
    const stops = steps.filter(({ command }) => command?.kind === 'service.stop')
    expect(stops.filter(({ settledAt }) => settledAt === null || settledAt > fenced)).toEqual([])
    const before = stage.shop.placed().length
    await until(() => stage.shop.placed().length > before, 'customers order again')
    expect(await notesLost()).toEqual([])
    const [archive] = await stage.shop.store.rows("SELECT archive, n FROM _astern_archives WHERE tbl = 'order_notes'")
    expect(archive?.['archive']).toBe(`_astern_${runId().replaceAll(/\W/g, '_')}_order_notes`)
    const authors = await stage.shop.store.rows(
      `SELECT order_id, author FROM ${String(archive?.['archive'])} WHERE author IS NOT NULL ORDER BY order_id`,
    )
    expect(authors).toEqual(Array.from({ length: 10 }, (_, at) => ({ order_id: at + 1, author: `clerk ${at + 1}` })))
    const [account] = await stage.shop.store.rows("SHOW CREATE USER 'shop'@'%'")
    expect(Object.values(account ?? {})[0]).not.toMatch(/ACCOUNT LOCK/)
  })

  test('is brought forward again by an undo: authors return to the rows nobody changed, and the others are listed', async () => {
    expect((await stage.astern(await rollbackArgs(stage))).code).toBe(0)
    const undone = runId()
    const before = stage.shop.placed().length
    await until(() => stage.shop.placed().length > before + 5, 'customers order in between')
    await stage.shop.store.run(
      "UPDATE orders SET note = 'changed meanwhile' WHERE id = 1; UPDATE orders SET note = NULL WHERE id = 2",
    )
    await undoByHash(stage, undone)
    const { steps, conflicts } = stateOf(runsOf(stage.home).at(-1) ?? '')
    expect(await versionOfApi()).toBe('1.3.0')
    expect(steps['main.put-back.order_notes']?.status).toBe('ok')
    const rows = await stage.shop.store.rows('SELECT order_id, note, author FROM order_notes')
    const notes = new Map(rows.map(row => [row['order_id'], row]))
    expect(notes.get(1)).toEqual({ order_id: 1, note: 'changed meanwhile', author: null })
    for (let id = 3; id <= 10; id += 1)
      expect(notes.get(id)).toEqual({ order_id: id, note: `seeded note ${id}`, author: `clerk ${id}` })
    expect(stage.shop.placed().filter(({ id, note }) => notes.get(id)?.['note'] !== note)).toEqual([])
    expect(conflicts.map(({ conflict }) => conflict)).toMatchObject([
      { table: 'order_notes', key: '1', why: 'changed since', archived: { author: 'clerk 1' } },
      { table: 'order_notes', key: '2', why: 'deleted since', archived: { author: 'clerk 2' } },
    ])
  })

  test('is not touched while somebody nobody declared is at it: named, and the run goes on by a retry once they are gone', async () => {
    await stage.shop.store.run(
      "CREATE USER 'report'@'%' IDENTIFIED BY 'nightly'; GRANT SELECT ON shop.* TO 'report'@'%'",
    )
    const [{ port } = {}] = await stage.shop.store.rows('SELECT @@port AS port')
    const account = { host: '127.0.0.1', port: Number(port), user: 'report', password: 'nightly', database: 'shop' }
    const report = await createConnection(account)
    const held = await stage.astern(await rollbackArgs(stage))
    expect([held.code, held.stderr]).toEqual([4, expect.stringContaining('report@127.0.0.1')])
    const [run = ''] = runsOf(stage.home)
    expect(stateOf(run).steps['main.fence']).toMatchObject({ status: 'failed', fault: { code: 'database.stranger' } })
    await report.end()
    await atTheHelm(run, 'the report is done', async ({ session, ask }) => {
      await ask({ kind: 'retry', step: 'main.fence' })
      await until(() => gateOf(session.store.getState().run)?.kind === 'validate', 'the run has gone on', patience)
    })
    const ended = await stage.astern(['attach', runId(), '--headless', '--take', 'going on'])
    expect([ended.code, await versionOfApi(), await notesLost()]).toEqual([0, '1.2.2', []])
  })

  test('lets its writers in again when the run is stopped before its first statement, and keeps them out before that', async () => {
    const accountIsLocked = async () => {
      const [account] = await stage.shop.store.rows("SHOW CREATE USER 'shop'@'%'")
      return /ACCOUNT LOCK/.test(String(Object.values(account ?? {})[0]))
    }
    const args = await rollbackArgs(stage)
    await stage.shop.store.run('REVOKE DROP ON shop.* FROM astern@"%"')
    const held = await stage.astern(args)
    const [run = ''] = runsOf(stage.home)
    expect([held.code, await accountIsLocked()]).toEqual([4, true])
    expect(stateOf(run).steps['main.archive.order_notes']).toMatchObject({
      status: 'failed',
      fault: { code: 'database.denied' },
    })
    const status = await stage.astern(['status', runId()])
    expect(status.stdout).toContain('locked   shop@% out of main')
    const stopped = await stage.astern(['stop', runId(), '--reason', 'a right is missing'])
    expect([stopped.code, stopped.stderr, await accountIsLocked()]).toEqual([0, '', false])
    expect(stateOf(run).steps['main.let-in']?.status).toBe('ok')
  })

  function runId(): string {
    return runsOf(stage.home).at(-1)?.split('/').at(-1) ?? ''
  }

  async function notesLost() {
    const placed = [...stage.shop.placed()]
    const rows = await stage.shop.store.rows('SELECT id, note FROM orders')
    const notes = new Map(rows.map(({ id, note }) => [id, note]))
    return placed.filter(({ id, note }) => notes.get(id) !== note)
  }

  async function versionOfApi(): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${stage.shop.ports.api}/version`)
    return ((await answer.json()) as { version: unknown }).version
  }
})

describeWithMariaDb('the demo on a MariaDB', () => {
  let home: string
  beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'astern-home-'))))
  afterEach(() => rmSync(home, { recursive: true }))

  test('goes back in processes, says whose notes are back, and leaves no process and no file behind', async () => {
    const ran = await run(process.execPath, [demo, '--mariadb'])
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('its database is a MariaDB of its own')])
    expect(ran.stdout).toContain('Checklist 8 of 8')
    const [, kept, acknowledged] = /the note of (\d+) of the (\d+) acknowledged orders/.exec(ran.stderr) ?? []
    expect([kept, Number(acknowledged) > 0]).toEqual([acknowledged, true])
    const root = /lies in (\S+);/.exec(ran.stderr)?.[1] ?? 'nowhere'
    expect([existsSync(root), processesBelow(root)]).toEqual([false, []])
  })

  test.runIf(process.getuid?.() === 0)(
    'where it is not installed says what to install, and makes nothing',
    async () => {
      const server = execFileSync('which', ['mariadbd'], { encoding: 'utf8' }).trim()
      const hidden = `mount --bind /dev/null ${server} && exec "$0" "$@"`
      const ran = await run('unshare', ['--mount', 'sh', '-c', hidden, process.execPath, demo, '--mariadb'])
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([
        2,
        '',
        expect.stringContaining('apt-get install mariadb-server'),
      ])
      expect(ran.stderr).not.toContain('lies in')
    },
  )

  function run(program: string, args: readonly string[]): Promise<Ran> {
    return finished(
      spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ASTERN_HOME: home } }),
    )
  }
})
