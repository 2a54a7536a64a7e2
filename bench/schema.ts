import type { Connection } from 'mysql2/promise'
import { fingerprintOf } from '../src/targets/databases/fingerprint.ts'
import { readSchema } from '../src/targets/databases/mysql/schema/read.ts'
import { queryOf } from '../test/mariadb/query.ts'
import { startMariaDb } from '../test/mariadb/server.ts'

/** The schema of 1,000 tables, read and fingerprinted, beside nothing but SHOW CREATE TABLE of each on the same warm server. Budget: 2 s. */
async function main(pairs: number): Promise<void> {
  const server = await startMariaDb(['--general-log=OFF', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'])
  const figures = { ours: [] as number[], shown: [] as number[] }
  try {
    const root = await server.root()
    await makeTables(root)
    for (let pair = 1; pair <= pairs; pair += 1) {
      figures.ours.push(await seconds(async () => fingerprintOf(await readSchema(queryOf(root), 'shop', []))))
      figures.shown.push(await seconds(() => showAll(root)))
    }
    await root.end()
  } finally {
    await server.remove()
  }
  const [ours, shown] = [median(figures.ours), median(figures.shown)]
  process.stdout.write(
    `1,000 tables: the schema read ${ours.toFixed(2)} s, SHOW CREATE TABLE of each ${shown.toFixed(2)} s, ratio ${(ours / shown).toFixed(2)}\n`,
  )
  process.exitCode = ours <= 2 ? 0 : 1
}

async function makeTables(root: Connection): Promise<void> {
  await root.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
  await root.query('USE shop')
  await root.query('CREATE TABLE parent (id bigint unsigned PRIMARY KEY)')
  for (let at = 1; at < 1000; at += 1)
    await root.query(`CREATE TABLE t${at} (
      id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, parent_id bigint unsigned, name varchar(100) NOT NULL DEFAULT '',
      state enum('new','paid','sent') NOT NULL DEFAULT 'new', amount decimal(10,2), note text, meta json, paid tinyint(1) DEFAULT 0,
      at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, twice int AS (amount * 2) VIRTUAL,
      KEY by_name (name(20), state), UNIQUE KEY only (state, parent_id, at), CHECK (amount >= 0),
      CONSTRAINT t${at}_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE)`)
}

async function showAll(root: Connection): Promise<void> {
  const [tables] = await root.query(
    "SELECT TABLE_NAME AS tbl FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'",
  )
  for (const { tbl } of tables as { tbl: string }[]) await root.query(`SHOW CREATE TABLE shop.\`${tbl}\``)
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

await main(Number(process.argv[2] ?? 5))
