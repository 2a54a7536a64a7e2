import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { Plan } from '../../src/state/plan.ts'
import { isEngine, openStage, rowsOf, runsOf, startsOf, stateOf, until, type Stage } from '../live/support.ts'

let stage: Stage

export type Point = 'before-intent' | 'after-intent' | 'after-effect' | 'after-result'

/** A whole run in which the engine is killed at this point of each step, and resumed each time. */
export async function killAtEveryStep(point: Point): Promise<void> {
  stage = await openStage({ orderEveryMs: 0, prepare: ({ database }) => addCounter(database) })
  try {
    addDownThatCounts(stage)
    await killAndResume(point)
  } finally {
    await stage.close()
  }
}

async function killAndResume(point: Point): Promise<void> {
  const planned = await stage.astern(['plan', '--json'])
  const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
  const steps = ['local.lock', ...plan.steps.map(({ id }) => id)]
  const log = join(stage.home, 'killed')
  const killed = (): readonly string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])
  const left = (): Record<string, string> => ({
    ASTERN_CRASH_AT: `${point}:${steps.filter(step => !killed().includes(step)).join(',')}`,
    ASTERN_CRASH_LOG: log,
  })
  const approved = ['--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
  let ran = await stage.astern(['rollback', ...approved], { env: left() })
  const [directory = ''] = runsOf(stage.home)
  for (let life = 0; life < steps.length && stateOf(directory).closed === null; life += 1) {
    expect(ran.code).not.toBe(0)
    ran = await resume(directory, left())
  }
  expect(stateOf(directory).closed).toEqual({ outcome: 'reached', why: 'checklist complete', at: expect.any(String) })
  expect(ran.code).toBe(0)
  expect(steps.filter(step => mustBeKilledAt(point, step) && !killed().includes(step))).toEqual([])
  expect(effects()).toEqual(once)
}

/** Steps that run beside others may get done in a life that ends at another's point; those in a row cannot. */
function mustBeKilledAt(point: Point, step: string): boolean {
  return point.endsWith('intent') || /^(local\.lock|main\.(copy|archive|down).*|gateway@local\.start)$/.test(step)
}

async function resume(directory: string, env: Record<string, string>) {
  const pid = stateOf(directory).engine?.pid
  if (pid !== undefined) await until(() => !isEngine(pid), `engine ${pid} has ended`)
  return stage.astern(['attach', directory.split('/').at(-1) ?? '', '--headless'], { env })
}

/** Counted where they land: process starts, messages received, rows a trigger wrote, the value of x = x + 1. */
function effects() {
  const { shop } = stage
  return {
    starts: ['auth', 'api', 'worker', 'gateway'].map(service => startsOf(shop, service)),
    messages: messagesOf(shop.receiver.requests().map(({ id }) => id)),
    counted: rowsOf(shop.database, 'SELECT x FROM counter'),
    triggered: rowsOf(shop.database, 'SELECT count(*) AS n FROM counter_log'),
    copies: readdirSync(join(shop.root, 'data')).filter(name => name.endsWith('.copy')).length,
    archives: rowsOf(shop.database, 'SELECT tbl FROM _astern_archives'),
    applied: rowsOf(shop.database, 'SELECT version FROM schema_migrations'),
  }
}

/** The receiver counts a delivery once however often it comes; an alarm while services are down depends on the moment. */
function messagesOf(ids: readonly string[]): readonly string[] {
  const names = [...new Set(ids)].map(id => id.replace(/^[^.]*\./, ''))
  return names.filter(name => !name.startsWith('holding')).sort()
}

const once = {
  starts: [['1.2.2'], ['1.2.2', '1.3.0', '1.2.2'], ['1.2.2', '1.3.0', '1.2.2'], ['1.2.2', '1.3.0', '1.2.2']],
  messages: ['decided.ops', 'opened.ops', 'resolved.ops'],
  counted: [{ x: 1 }],
  triggered: [{ n: 1 }],
  copies: 1,
  archives: [{ tbl: 'order_notes' }],
  applied: [{ version: '20261001' }],
}

/** A table whose every change leaves a row behind, so that a statement run twice shows. */
function addCounter(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec(`CREATE TABLE counter (x INTEGER NOT NULL); INSERT INTO counter VALUES (0); CREATE TABLE counter_log (at TEXT);
    CREATE TRIGGER count_it AFTER UPDATE ON counter BEGIN INSERT INTO counter_log VALUES (datetime()); END;`)
  database.close()
}

/** The bad release's way down gets a statement that is not the same when it runs twice. */
function addDownThatCounts({ shop }: Stage): void {
  const file = join(shop.root, 'host', 'api', 'releases', '1.3.0', 'migrations', '20261118_move_order_notes.sql')
  writeFileSync(file, `${readFileSync(file, 'utf8')}UPDATE counter SET x = x + 1;\n`)
}
