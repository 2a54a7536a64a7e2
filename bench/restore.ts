import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import type { BackupNamed } from '../src/state/restore-command.ts'
import { mysqlAct } from '../src/targets/databases/mysql/act/act.ts'
import { fillShop } from '../test/mariadb/large.ts'
import { startMariaDb, type MariaDb } from '../test/mariadb/server.ts'
import { applied, configOf, context, makeAccounts } from '../test/mariadb/shop.ts'

const orders = 600_000
const threads = 2
const schema = 'shop'
const options = ['--general-log=OFF', '--innodb-flush-log-at-trx-commit=2', '--innodb-buffer-pool-size=1G']

/**
 * A backup of some 300 MB loaded beside its database, by Astern's step and by myloader alone with as many threads, in alternating
 * pairs on one server. Budget: 1.05 of myloader's time, as the median of the pairs.
 */
async function main(pairs: number): Promise<void> {
  const server = await startMariaDb(options)
  const home = mkdtempSync(join(tmpdir(), 'astern-bench-'))
  const ratios: number[] = []
  try {
    const root = await server.root()
    await prepare(root)
    const path = join(home, 'nightly')
    await execa('mydumper', ['-u', 'root', '-S', server.socket, '-B', schema, '-o', path, '-t', String(threads)])
    const backup: BackupNamed = { tool: 'mydumper', path, schema, tables: [] }
    // Once unmeasured: the first to read finds the backup on the disk and no longer in memory.
    await byMyloader(server, root, path)
    for (let pair = 1; pair <= pairs; pair += 1) {
      const first = pair % 2 === 1 ? await byUs(server, pair, backup) : null
      const myloader = await byMyloader(server, root, path)
      const astern = first ?? (await byUs(server, pair, backup))
      ratios.push(astern / myloader)
      process.stdout.write(`pair ${pair}: astern ${astern.toFixed(2)} s, myloader ${myloader.toFixed(2)} s\n`)
    }
    await root.end()
  } finally {
    await server.remove()
    rmSync(home, { recursive: true, force: true })
  }
  const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN
  process.stdout.write(`${orders} orders, ${threads} threads: ${ratio.toFixed(2)} of myloader's time\n`)
  process.exitCode = ratio <= 1.05 ? 0 : 1
}

async function prepare(root: Connection): Promise<void> {
  await root.query(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4`)
  await root.query(`USE ${schema}`)
  await fillShop(root, orders)
  await makeAccounts(root, schema)
}

/** The step as a run takes it; what it made is dropped again, unmeasured. */
async function byUs(server: MariaDb, pair: number, backup: BackupNamed): Promise<number> {
  const act = mysqlAct(configOf(server, schema))
  const where = { ...context, run: `r${pair}` }
  try {
    const began = performance.now()
    const { outcome, lines } = await applied(act, { kind: 'database.load', database: 'main', backup, threads }, where)
    const seconds = (performance.now() - began) / 1000
    if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines]))
    await applied(act, { kind: 'database.clear', database: 'main' }, where)
    return seconds
  } finally {
    await act.close()
  }
}

async function byMyloader({ socket }: MariaDb, root: Connection, path: string): Promise<number> {
  const began = performance.now()
  const from = ['-u', 'root', '-S', socket, '-d', path, '-s', schema]
  await execa('myloader', [...from, '-B', 'beside', '-t', String(threads), '-e'])
  const seconds = (performance.now() - began) / 1000
  await root.query('DROP DATABASE beside')
  return seconds
}

await main(Number(process.argv[2] ?? 5))
