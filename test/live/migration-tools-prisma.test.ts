import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Migration } from '../../src/state/facts.ts'
import { appliedOf, selectApplied } from '../../src/state/migrations/applied.ts'
import { bookkeeping } from '../../src/state/migrations/bookkeeping.ts'
import { changedSince } from '../../src/state/migrations/compare.ts'
import { dirtyStates } from '../../src/state/migrations/dirty.ts'
import { parseScripts } from '../../src/state/migrations/scripts.ts'
import type { Row } from '../../src/state/migrations/tool.ts'
import { hash } from './migration-tools-stage.ts'
import { prismaEngine } from './prisma-engine.ts'

const place = { table: '_prisma_migrations', quote: (name: string) => `"${name}"` }
const up = {
  '20261101_customers': 'CREATE TABLE customers (id INTEGER PRIMARY KEY);\n',
  '20261102_orders': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);\n',
  '20261118_notes': 'ALTER TABLE orders ADD COLUMN note TEXT;\n',
}
const [first, second, third] = Object.keys(up) as [string, string, string]

function scriptsOf(texts: Readonly<Record<string, string>>): readonly Migration[] {
  const files = Object.entries(texts).map(([name, text]) => ({ name: `${name}/migration.sql`, text }))
  files.push({ name: `${third}/down.sql`, text: 'ALTER TABLE orders DROP COLUMN note;' })
  const parsed = parseScripts('prisma', files, hash)
  return parsed.ok ? parsed.value : expect.fail(parsed.fault.what)
}

test('a SQLite migrated by Prisma’s own engine: it and Astern agree on what is applied, changed, failed and reversed', async () => {
  const database = new DatabaseSync(':memory:')
  const prisma = await prismaEngine(database)
  const rows = (): readonly Row[] => database.prepare(selectApplied('prisma', place)).all() as Row[]
  const scripts = scriptsOf(up)
  const applied = (): readonly string[] => appliedOf('prisma', rows(), scripts).map(({ version }) => version)
  const book = (direction: 'down' | 'up'): void => {
    const migration = scripts.at(-1)!
    for (const { sql, args } of bookkeeping('prisma', { ...place, direction, migration, others: scripts.slice(0, -1) }))
      database.prepare(sql).run(...(args as string[]))
  }
  const clean = { edited: [], failed: [], unapplied: [] }

  expect(await prisma.deploy(up)).toEqual([first, second, third])
  expect([applied(), changedSince(appliedOf('prisma', rows(), scripts), scripts)]).toEqual([[first, second, third], []])

  for (const { sql } of scripts.at(-1)!.down!) database.exec(sql)
  book('down')
  expect([applied(), await prisma.status(up)]).toEqual([[first, second], { ...clean, unapplied: [third] }])
  book('up')
  expect([applied(), await prisma.status(up)]).toEqual([[first, second, third], clean])
  book('down')
  expect(await prisma.deploy(up)).toEqual([third])
  expect([applied(), await prisma.status(up)]).toEqual([[first, second, third], clean])

  const edited = { ...up, [second]: 'CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT);\n' }
  expect((await prisma.status(edited)).edited).toEqual([second])
  expect(changedSince(appliedOf('prisma', rows(), scripts), scriptsOf(edited))).toEqual([
    expect.stringContaining(`the script of ${second} is not the one that was applied`),
  ])
  const otherEnds = { ...up, [second]: up['20261102_orders'].replace('\n', '\r\n') }
  expect((await prisma.status(otherEnds)).edited).toEqual([])
  expect(changedSince(appliedOf('prisma', rows(), scripts), scriptsOf(otherEnds))).toEqual([])

  const failing = { ...up, '20261119_bad': 'CREATE TABLE half (id INTEGER);\nNO SUCH STATEMENT;\n' }
  await expect(prisma.deploy(failing)).rejects.toThrow()
  expect((await prisma.status(failing)).failed).toEqual(['20261119_bad'])
  expect(dirtyStates('prisma', rows(), [], scripts).map(({ what }) => what)).toEqual([
    'Prisma began 20261119_bad and has no end of it',
  ])
  await prisma.rolledBack('20261119_bad')
  expect([applied(), dirtyStates('prisma', rows(), [], scripts)]).toEqual([[first, second, third], []])
})
