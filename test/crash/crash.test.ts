import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checklist } from '../../src/state/checklist.ts'
import type { Plan } from '../../src/state/plan.ts'
import { isEngine, linesOf, openStage, rowsOf, runsOf, startsOf, stateOf, until, type Stage } from '../live/support.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage({ orderEveryMs: 0 })
  addCounter(stage.shop.database)
  addDownThatCounts(stage)
})
afterEach(() => stage.close())

const points = ['before-intent', 'after-intent', 'after-effect', 'after-result'] as const

describe('an engine killed with SIGKILL', () => {
  test.each(points)(
    '%s of every step of a whole run, resumed each time, comes to the same end with nothing done twice',
    async point => {
      const planned = await stage.astern(['plan', '--json'])
      const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
      const steps = ['local.lock', ...plan.steps.map(({ id }) => id)]
      const [first = '', ...rest] = steps
      const approved = ['--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
      const opened = await stage.astern(['rollback', ...approved], { env: crash(point, first) })
      expect(opened.code).not.toBe(0)
      const [directory = ''] = await until(
        () => (runsOfAny(stage.home).length > 0 ? runsOfAny(stage.home) : null),
        'the run',
      )
      for (const step of rest) await resume(directory, crash(point, step))
      const ran = await resume(directory, {})
      expect(ran.stderr).toBe('')
      expect(ran.code).toBe(0)
      expect(checklist(stateOf(directory)).filter(({ id, state }) => state !== 'green' && id !== 'impact')).toEqual([])
      expect(effects()).toEqual(once)
    },
  )
})

/** Each life ends at its step, or at the run's end. */
async function resume(directory: string, env: Record<string, string>) {
  const pid = stateOf(directory).engine?.pid
  if (pid !== undefined) await until(() => !isEngine(pid), `engine ${pid} has ended`)
  if (stateOf(directory).closed !== null) throw new Error('the run has closed already')
  return stage.astern(['attach', directory.split('/').at(-1) ?? '', '--headless'], { env })
}

function crash(point: string, step: string): Record<string, string> {
  return { ASTERN_CRASH_AT: `${point}:${step}` }
}

function runsOfAny(home: string): readonly string[] {
  return readdirSync(join(home, 'runs')).length === 0
    ? []
    : runsOf(home).filter(directory => linesOf(directory).length > 0)
}

/** Counted where they land: process starts, messages received, rows a trigger wrote, the value of x = x + 1. */
function effects() {
  const { shop } = stage
  return {
    starts: ['auth', 'api', 'worker', 'gateway'].map(service => startsOf(shop, service)),
    messages: [...new Set(shop.receiver.requests().map(({ id }) => id.replace(/^.*?\.(?=[a-z])/, '')))].sort(),
    counted: rowsOf(shop.database, 'SELECT x FROM counter'),
    triggered: rowsOf(shop.database, 'SELECT count(*) AS n FROM counter_log'),
    copies: readdirSync(join(shop.root, 'data')).filter(name => name.endsWith('.copy')).length,
    archives: rowsOf(shop.database, 'SELECT tbl FROM _astern_archives'),
    applied: rowsOf(shop.database, 'SELECT version FROM schema_migrations'),
  }
}

const once = {
  starts: [['1.2.2'], ['1.2.2', '1.3.0', '1.2.2'], ['1.2.2', '1.3.0', '1.2.2'], ['1.2.2', '1.3.0', '1.2.2']],
  messages: ['decided.ops', 'resolved.ops'],
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
