import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import { databaseLook } from '../../src/targets/databases/looks.ts'
import { databaseMeans } from '../../src/targets/looks.ts'
import { faultMeans, handsOn, keeperIn, manifestWith } from './faults-stage.ts'
import { faultContract, type FaultWorld } from './faults-suite.ts'
import { contextOf, permitFor, quiet, until } from './services-shop.ts'

describe('a SQLite file', () => {
  faultContract('locked', () => worldOf('row_locks', {}, canWrite), 'held')
  faultContract('slow', () => worldOf('slow_queries', {}, canAlwaysWrite), 'held')
  faultContract('with statements that fail', () => worldOf('statement_failure', { table: 'orders' }, canWrite), 'held')

  test('keeps its fingerprint while a drill makes statements fail', async () => {
    const world = await worldOf('statement_failure', { table: 'orders' }, canWrite)
    const print = async () => ((await world.target()) as { readonly fingerprint: string }).fingerprint
    const fault: InjectFault = { kind: 'drill.inject', inject: 'one', ...world.fault, expiresMs: 600_000 }
    const undo = { kind: 'drill.undo', injected: fault } as const
    try {
      const before = await print()
      await world.act.apply(fault, permitFor(fault), contextOf(), quiet)
      expect([await world.isHurt(), await print()]).toEqual([true, before])
    } finally {
      await world.act.apply(undo, permitFor(undo), contextOf(), quiet)
      await world.close()
    }
  })
})

async function worldOf(
  fault: InjectFault['fault'],
  settings: InjectFault['settings'],
  isWell: (file: string, keeper: () => number | null) => Promise<boolean>,
): Promise<FaultWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-sqlite-'))
  const file = join(directory, 'shop.db')
  on(file, database =>
    database.exec(`
      CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT);
      INSERT INTO orders VALUES (1, 'one'), (2, 'two');
      CREATE TABLE seen (id INTEGER);
      CREATE TRIGGER see AFTER UPDATE ON orders BEGIN INSERT INTO seen VALUES (new.id); END`),
  )
  const main = { kind: 'sqlite', file, migrations: null, invariants: [] } as const
  const hands = handsOn(manifestWith({ databases: { main } }), directory)
  const keeper = keeperIn(join(directory, '.astern-drill'))
  const look = databaseLook('main', main, databaseMeans(faultMeans(directory), null))
  return {
    ...hands,
    fault: { fault, target: { kind: 'database', database: 'main' }, settings },
    target: async () => ({
      files: readdirSync(directory),
      fingerprint: (await look.observe()).fingerprint,
      schema: on(file, database => database.prepare('SELECT * FROM sqlite_schema').all()),
      rows: on(file, database => database.prepare('SELECT * FROM orders').all()),
      seen: on(file, database => database.prepare('SELECT * FROM seen').all()),
    }),
    isHurt: async () => !(await isWell(file, () => keeper('run-1'))),
    keeper,
    close: async () => {
      await Promise.all([hands.close(), look.close()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function on<T>(file: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: 2_000 })
  try {
    return use(database)
  } finally {
    database.close()
  }
}

/** As a service without patience would, and taken back. */
function canWrite(file: string): Promise<boolean> {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec("BEGIN IMMEDIATE; UPDATE orders SET note = 'changed'; ROLLBACK")
    return Promise.resolve(true)
  } catch {
    return Promise.resolve(false)
  } finally {
    database.close()
  }
}

/** It waits now and then, for as long as somebody has it wait. */
function canAlwaysWrite(file: string, keeper: () => number | null): Promise<boolean> {
  const isHeld = (): boolean => existsSync(file) && keeper() !== null
  return until(async () => ((await canWrite(file)) ? (isHeld() ? null : 'yes') : 'no')).then(can => can === 'yes')
}
