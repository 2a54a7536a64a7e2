import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import { expect, test } from 'vitest'
import type { Migration } from '../../src/state/facts.ts'
import type { MigrationTool } from '../../src/state/manifest.ts'
import { appliedOf, selectApplied, selectLock } from '../../src/state/migrations/applied.ts'
import { bookkeeping } from '../../src/state/migrations/bookkeeping.ts'
import { dirtyStates } from '../../src/state/migrations/dirty.ts'
import type { DirtyState } from '../../src/state/migrations/dirty-state.ts'
import { recognise } from '../../src/state/migrations/recognise.ts'
import { parseScripts } from '../../src/state/migrations/scripts.ts'
import { defaultTables } from '../../src/state/migrations/tables.ts'
import type { Applied, Hash, ReadSql, Row, Sql } from '../../src/state/migrations/tool.ts'
import { loadReader } from '../../src/targets/databases/mysql/sql/read.ts'
import type { MariaDb } from '../mariadb/server.ts'

export const hash: Hash = (algorithm, text) => createHash(algorithm).update(text, 'utf8').digest('hex')
export const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** A database of its own, a directory with a release's scripts in it, and Astern's eyes on both. */
export type Project = {
  readonly tool: MigrationTool
  readonly database: string
  readonly directory: string
  readonly port: number
  readonly sql: (sql: string, args?: readonly unknown[]) => Promise<readonly Row[]>
  /** Its output; it has to end well. */
  readonly run: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<string>
  readonly scripts: () => readonly Migration[]
  readonly applied: () => Promise<readonly Applied[]>
  readonly versions: () => Promise<readonly string[]>
  readonly dirty: () => Promise<readonly DirtyState[]>
  readonly book: (direction: 'down' | 'up', version: string, was?: Applied) => Promise<void>
  /** The statements of its way down, one after the other, and the bookkeeping. */
  readonly reverse: (version: string) => Promise<void>
  readonly tables: () => Promise<readonly string[]>
  readonly recognised: () => Promise<readonly MigrationTool[]>
  readonly close: () => Promise<void>
}

/** `files` by their paths; `below`: the directory of the scripts, from which their names are told. */
export async function openProject(
  server: MariaDb,
  tool: MigrationTool,
  files: Readonly<Record<string, string>>,
  below = '',
): Promise<Project> {
  const database = `t_${tool.replaceAll('-', '_')}`
  const directory = mkdtempSync(join(tmpdir(), `astern-${tool}-`))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'))
  const connection = await server.root()
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await connection.changeUser({ database })
  const read = await loadReader(database)
  return projectOn(connection, { tool, database, directory, port: server.port, root: join(directory, below), read })
}

function projectOn(
  connection: Connection,
  known: Pick<Project, 'tool' | 'database' | 'directory' | 'port'> & { readonly root: string; readonly read: ReadSql },
): Project {
  const { tool, database, directory, root } = known
  const place = { table: defaultTables[tool], quote }
  const sql: Project['sql'] = async (text, args = []) => {
    const [rows] = await connection.query({ sql: text, dateStrings: true }, [...args])
    return Array.isArray(rows) ? (rows as Row[]) : []
  }
  const bound = async (statements: readonly Sql[]): Promise<void> => {
    for (const statement of statements) await connection.execute(statement.sql, statement.args as string[])
  }
  const parsed = parseScripts(tool, filesBelow(root), hash, known.read)
  const scripts: Project['scripts'] = () => {
    if (!parsed.ok) throw new Error(parsed.fault.what)
    return parsed.value
  }
  const applied: Project['applied'] = async () => appliedOf(tool, await sql(selectApplied(tool, place)), scripts())
  const book: Project['book'] = async (direction, version, was) => {
    const all = scripts()
    const here = await applied()
    const migration = all.find(candidate => candidate.version === version)
    if (migration === undefined) throw new Error(`no script of ${version}`)
    const others = all.filter(other => other !== migration && here.some(one => one.version === other.version))
    await bound(bookkeeping(tool, { ...place, direction, migration, others, ...(was === undefined ? {} : { was }) }))
  }
  const tables: Project['tables'] = async () =>
    (
      await sql('SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN (?, ?)', [
        database,
        place.table.includes('.') ? place.table.split('.')[0] : database,
      ])
    ).map(({ name }) => String(name))
  return {
    ...known,
    sql,
    scripts,
    applied,
    book,
    tables,
    versions: async () => (await applied()).map(({ version }) => version),
    dirty: async () => {
      const lock = selectLock(tool, place)
      const locks = lock === null ? [] : await sql(lock.sql)
      return dirtyStates(tool, await sql(selectApplied(tool, place)), locks, scripts())
    },
    reverse: async version => {
      const down = scripts().find(candidate => candidate.version === version)?.down ?? []
      for (const statement of down) await sql(statement.sql)
      await book('down', version)
    },
    run: async ([file = '', ...args], env = {}) => {
      const { stdout, stderr } = await execa(file, args, {
        cwd: directory,
        env: { NO_COLOR: '1', FORCE_COLOR: '0', NODE_ENV: 'development', ...env },
        stdin: 'ignore',
      })
      return `${stdout}\n${stderr}`
    },
    recognised: async () => {
      const rows = await sql(
        'SELECT table_name AS name, column_name AS col FROM information_schema.columns WHERE table_schema IN (?, ?)',
        [database, place.table.split('.').at(-2) ?? database],
      )
      const of = (table: string): readonly string[] =>
        rows.filter(({ name }) => name === table).map(({ col }) => String(col))
      return recognise(await tables(), of)
    },
    close: async () => {
      for (const schema of [database, ...place.table.split('.').slice(0, -1)])
        await connection.query(`DROP DATABASE IF EXISTS ${schema}`)
      await connection.end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function filesBelow(root: string): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.includes('__pycache__'))
    .map(path => ({ name: path.slice(root.length).replace(/^\//, ''), text: readFileSync(path, 'utf8') }))
}

/**
 * The last of three migrations reversed as Astern does it, then put back and reversed by bookkeeping alone; at each
 * point the tool's own word is asked for what is applied.
 */
export async function keepsItsBooks(
  project: Project,
  versions: readonly [string, string, string],
  own: () => Promise<readonly string[]>,
  reverse: (version: string) => Promise<void> = project.reverse,
): Promise<void> {
  const [first, second, third] = versions
  const all = [...versions]
  expect(project.scripts().map(({ version }) => version)).toEqual(all)
  expect({ ours: await project.versions(), own: await own() }).toEqual({ ours: all, own: all })
  expect(await project.dirty()).toEqual([])
  expect(await project.recognised()).toEqual([project.tool])
  const was = (await project.applied()).find(({ version }) => version === third)

  await reverse(third)
  const two = [first, second]
  expect({ ours: await project.versions(), own: await own() }).toEqual({ ours: two, own: two })
  await project.book('up', third, was)
  expect({ ours: await project.versions(), own: await own() }).toEqual({ ours: all, own: all })
  await project.book('down', third)
  expect({ ours: await project.versions(), own: await own() }).toEqual({ ours: two, own: two })
}

/** The third applied again by its tool's own command for it alone, after it was reversed. `python3`: what Debian calls `python`. */
export async function comesAgain(project: Project, own: () => Promise<readonly string[]>): Promise<void> {
  const scripts = project.scripts()
  const argv = scripts.at(-1)?.opaque?.up ?? []
  await project.run(argv.map(arg => (arg === 'python' ? '/usr/bin/python3' : arg)))
  const all = scripts.map(({ version }) => version)
  expect({ ours: await project.versions(), own: await own() }).toEqual({ ours: all, own: all })
  expect(await columnsOf(project)).toEqual(['id', 'customer', 'note'])
}

/** Columns of `orders` now: what the third migration of each project adds is `note`. */
export async function columnsOf(project: Project, table = 'orders'): Promise<readonly string[]> {
  const rows = await project.sql(
    'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position',
    [project.database, table],
  )
  return rows.map(({ name }) => String(name))
}

export const schema = {
  customers: 'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL)',
  orders: 'CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL)',
  note: 'ALTER TABLE orders ADD COLUMN note VARCHAR(200) NULL',
  noNote: 'ALTER TABLE orders DROP COLUMN note',
} as const

/** `probe`: ends well where the tool is installed. Where it is not, its test is left out, loudly; in CI that is a failure. */
export function testWithTool(name: string, probe: readonly [string, ...string[]], run: () => Promise<void>): void {
  const [file, ...args] = probe
  if (spawnSync(file, args, { stdio: 'ignore' }).status === 0) {
    // Interpreters start slowly, and each step of a test starts one.
    test(name, run, 300_000)
    return
  }
  const why = `${probe.join(' ')} does not end well`
  if (process.env['CI'] === 'true') throw new Error(`${name}: ${why}`)
  process.stderr.write(`\nLEFT OUT, because ${why}: ${name}\n`)
  test.skip(name, run)
}
