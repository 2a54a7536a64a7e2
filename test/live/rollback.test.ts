import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { processesBelow } from '../../demo/processes.ts'
import { checklist } from '../../src/state/checklist.ts'
import {
  finished,
  isEngine,
  openStage,
  rollbackArgs,
  rowsOf,
  runsOf,
  startsOf,
  stateOf,
  until,
  untilRun,
  type Stage,
} from './support.ts'

let stage: Stage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

describe('a whole rollback, headless', () => {
  test('ends with all eight points green, the old release proven, and every acknowledged order kept with its note', async () => {
    stage = await openStage()
    const before = stage.shop.placed().length
    const ran = await stage.astern(await rollbackArgs(stage))
    expect(ran.stderr).toBe('')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('Checklist 8 of 8')
    const [directory = ''] = runsOf(stage.home)
    const state = stateOf(directory)
    expect(checklist(state).map(({ id, state: is }) => [id, is])).toEqual(
      ['rollback', 'services', 'database', 'checks', 'impact', 'told', 'documented', 'review'].map(id => [id, 'green']),
    )
    const version = await fetch(`http://127.0.0.1:${stage.shop.ports.api}/version`).then(answer => answer.json())
    expect(version).toEqual({ version: '1.2.2' })
    const placed = stage.shop.placed()
    expect(placed.length).toBeGreaterThan(before)
    const stored = new Map(rowsOf(stage.shop.database, 'SELECT id, note FROM orders').map(({ id, note }) => [id, note]))
    expect(placed.filter(({ id, note }) => stored.get(id) !== note)).toEqual([])
  })

  test('starts each service once, sends each message once, and runs each statement once, counted where they land', async () => {
    stage = await openStage()
    await stage.astern(await rollbackArgs(stage))
    expect(['auth', 'api', 'worker', 'gateway'].map(service => startsOf(stage!.shop, service))).toEqual([
      ['1.2.2'],
      ['1.2.2', '1.3.0', '1.2.2'],
      ['1.2.2', '1.3.0', '1.2.2'],
      ['1.2.2', '1.3.0', '1.2.2'],
    ])
    expect(stage.shop.receiver.requests().map(({ type }) => type)).toEqual([
      'astern.message.opened',
      'astern.message.decided',
      'astern.message.resolved',
    ])
    expect(
      rowsOf(stage.shop.database, 'SELECT mark FROM _astern_marks ORDER BY rowid').map(({ mark }) => mark),
    ).toEqual(['archive order_notes', 'down 20261118 1 of 3', 'down 20261118 2 of 3', 'down 20261118 3 of 3'])
    const kept = rowsOf(stage.shop.database, "SELECT archive, n FROM _astern_archives WHERE tbl = 'order_notes'")
    expect(kept).toHaveLength(1)
    expect(
      rowsOf(
        stage.shop.database,
        `SELECT count(*) AS n FROM "${String(kept[0]?.['archive'])}" WHERE author IS NOT NULL`,
      ),
    ).toEqual([{ n: 10 }])
  })

  test('of the demo prints its phases and the checklist, exits 0, and leaves no process behind', async () => {
    const demo = resolve(import.meta.dirname, '../../bin/demo.mjs')
    const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'pipe'] })
    const ran = await finished(child)
    expect(ran.code).toBe(0)
    for (const phase of ['1 Assess', '2 Plan', '3 Services', '4 Database', '5 Validate', '6 Follow-up'])
      expect(ran.stdout).toContain(phase)
    expect(ran.stdout).toContain('Checklist 8 of 8')
    expect(ran.stdout).toMatch(/report {2}\/.*incident\.md/)
    const root = /lies in (\S+);/.exec(ran.stderr)?.[1] ?? 'nowhere'
    expect(processesBelow(root)).toEqual([])
  })
})

describe('the demo', () => {
  test('interrupted in the middle leaves no process and no directory behind, its engine included', async () => {
    const demo = resolve(import.meta.dirname, '../../bin/demo.mjs')
    const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
    const child = spawn(process.execPath, [demo], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ASTERN_HOME: home },
    })
    const ended = finished(child)
    const directory = await untilRun(home, ({ plan }) => plan?.approved != null, 'the plan is approved')
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const ran = await ended
    const root = /lies in (\S+);/.exec(ran.stderr)?.[1] ?? 'nowhere'
    expect([ran.code, existsSync(root), processesBelow(root)]).toEqual([130, false, []])
    const pid = stateOf(directory).engine?.pid ?? 0
    await until(() => !isEngine(pid), 'the engine has ended')
    rmSync(home, { recursive: true })
  })
})
