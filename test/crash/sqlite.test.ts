import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { takeRunLock } from '../../src/runners/lock/run-lock.ts'
import { sqliteLook } from '../../src/targets/databases/sqlite/look.ts'
import { context, shop, statement } from '../contract/databases.contract.ts'
import { finished, until } from '../live/support.ts'

let directory = ''
let file = ''

describe('a long statement of a SQLite database', () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'astern-sqlite-'))
    file = join(directory, 'shop.db')
    const database = new DatabaseSync(file)
    for (const sql of [...shop, 'CREATE TABLE big (n INTEGER)']) database.exec(sql)
    database.close()
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  test('whose engine is killed keeps the run locked until it is over, and is found done', async () => {
    const config = {
      name: 'main',
      database: { kind: 'sqlite', file, migrations: null, invariants: [] },
      childEntry: resolve(import.meta.dirname, '../../src/targets/databases/sqlite/child.ts'),
    } as const
    const command = statement(
      'down',
      'INSERT INTO big WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT i FROM n',
    )
    const worker = resolve(import.meta.dirname, 'sqlite-worker.mjs')
    const argv = ['--disable-warning=ExperimentalWarning', worker, JSON.stringify({ directory, config, command })]
    const engine = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = finished(engine)
    await until(() => existsSync(`${file}-journal`), 'it is at its statement')
    engine.kill('SIGKILL')
    await ended
    expect(await takeRunLock(directory, 0)).toMatchObject({ ok: false, fault: { code: 'run.busy' } })
    const lock = await takeRunLock(directory, 100_000)
    if (!lock.ok) throw new Error(lock.fault.what)
    const look = sqliteLook({ ...config, lockFd: null, now: () => new Date() })
    expect(await look.probe(command, context)).toMatchObject({ verdict: 'holds' })
    expect(await look.cell('SELECT COUNT(*) FROM big')).toEqual({ ok: true, value: 3_000_000 })
    await look.close()
    await lock.value.release()
  })
})
