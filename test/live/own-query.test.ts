import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openStage, rollbackArgs, runsOf, stateOf, type Stage } from './support.ts'

const own = {
  query: 'SELECT change_no, title FROM deployed ORDER BY change_no;',
  table: 'deployed',
  unapply: 'DELETE FROM deployed WHERE change_no = ?',
  apply: "INSERT INTO deployed (change_no, title) VALUES (?, 'up again');",
}

/** What the shop's own tool wrote down becomes a team's own table, and its own query. */
async function ownTable(stage: Stage): Promise<void> {
  await stage.shop.store.run(`CREATE TABLE deployed (change_no VARCHAR(40) PRIMARY KEY, title VARCHAR(40));
    INSERT INTO deployed SELECT version, 'deployed' FROM schema_migrations;
    DROP TABLE schema_migrations`)
  declare(stage, own)
}

function declare({ shop }: Stage, parts: object): void {
  const manifest = parse(readFileSync(shop.manifestFile, 'utf8')) as Written
  const { from } = manifest.databases.main.migrations
  manifest.databases.main.migrations = { ...parts, from }
  writeFileSync(shop.manifestFile, stringify(manifest))
}

type Written = { readonly databases: { readonly main: { migrations: { readonly from: unknown } } } }

function suite(database: 'mariadb' | 'sqlite'): void {
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage({ bad: '1.3.0', database })
    await ownTable(stage)
  })
  afterEach(() => stage?.close())
  const deployed = async () =>
    (await stage.shop.store.rows('SELECT change_no, title FROM deployed ORDER BY change_no')).map(row => ({ ...row }))

  /** Its plan is read first, as whoever approves it by hash does. What it found of the database at its end. */
  async function undo(run: string) {
    const args = ['undo', run, '--headless', '--confirm', 'shop', '--confirm', 'main']
    const held = await stage.astern(args)
    const undoing = runsOf(stage.home).at(-1) ?? ''
    if (held.code === 4) {
      await stage.astern(['stop', basename(undoing), '--reason', 'its plan was read'])
      await stage.astern([...args, '--confirm-plan', stateOf(undoing).plan?.hash ?? ''])
    }
    return stateOf(runsOf(stage.home).at(-1) ?? '').steps['main.prove']
  }

  test('is reversed, its table put right with the last statement; and its undo puts it right again', async () => {
    const ran = await stage.astern(await rollbackArgs(stage))
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(await deployed()).toEqual([{ change_no: '20261001', title: 'deployed' }])
    const proof = await undo(basename(runsOf(stage.home)[0] ?? ''))
    expect(proof).toMatchObject({ status: 'ok', says: expect.stringMatching(/^main: schema [0-9a-f]+, /) })
    expect(await deployed()).toEqual([
      { change_no: '20261001', title: 'deployed' },
      { change_no: '20261118', title: 'up again' },
    ])
  })

  test('blocks a plan where a statement of its own is refused, or takes out another row than the query gives', async () => {
    const blockers = async (parts: object): Promise<string> => {
      declare(stage, { ...own, ...parts })
      const { code, stdout } = await stage.astern(['plan', '--json'])
      const { plan } = JSON.parse(stdout) as { plan: Plan }
      return [code, ...plan.blockers].join('\n')
    }
    expect(await blockers({ query: 'SELECT number FROM deployed' })).toMatch(/^1\ndatabase main: .*number.*$/)
    expect(await blockers({ unapply: 'DELETE FROM deployed WHERE number = ?' })).toMatch(
      /^1\ndatabase main: .*number.*$/,
    )
    expect(await blockers({ unapply: 'DELETE FROM deployed WHERE title = ?' })).toMatch(
      /^1\nmain: unapply finds 0 rows of version 20261118, and not one\. .*$/,
    )
    expect(await blockers({})).toBe('0')
  })
}

describeWithMariaDb('a migration of a query of one’s own, on a MariaDB', () => suite('mariadb'))
describe('a migration of a query of one’s own, on SQLite', () => suite('sqlite'))
