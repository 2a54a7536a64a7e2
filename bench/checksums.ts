import type { Connection } from 'mysql2/promise'
import { execa } from 'execa'
import { createConnection } from 'mysql2/promise'
import { sumTables } from '../src/targets/databases/mysql/sums/sum.ts'
import { queryOf } from '../test/mariadb/query.ts'
import { startMariaDb, type MariaDb } from '../test/mariadb/server.ts'

const rows = 10_000_000
const options = [
  '--general-log=OFF',
  '--skip-log-bin',
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-buffer-pool-size=1500M',
]

/** A table of ten million rows, summed up by us and by pt-table-checksum in alternating pairs, on one server. Budget: half its time. */
async function main(pairs: number): Promise<void> {
  const server = await startMariaDb(options)
  const figures = { ours: [] as number[], percona: [] as number[] }
  try {
    const root = await connect(server)
    await fill(root)
    // Once unmeasured: the first to read would write the load's dirty pages out.
    await byUs(root)
    for (let pair = 1; pair <= pairs; pair += 1) {
      if (pair % 2 === 1) figures.ours.push(await seconds(() => byUs(root)))
      figures.percona.push(await seconds(() => byPercona(server)))
      if (pair % 2 === 0) figures.ours.push(await seconds(() => byUs(root)))
      process.stdout.write(
        `pair ${pair}: astern ${figures.ours.at(-1)?.toFixed(1)} s, pt-table-checksum ${figures.percona.at(-1)?.toFixed(1)} s\n`,
      )
    }
    await root.end()
  } finally {
    await server.remove()
  }
  const [ours, percona] = [median(figures.ours), median(figures.percona)]
  process.stdout.write(
    `${rows} rows: astern ${ours.toFixed(1)} s, pt-table-checksum ${percona.toFixed(1)} s, ratio ${(ours / percona).toFixed(2)}\n`,
  )
  process.exitCode = ours / percona <= 0.5 ? 0 : 1
}

async function byUs(root: Connection): Promise<void> {
  const { sums } = await sumTables(queryOf(root), ['orders'], { database: 'shop' })
  if (sums[0]?.rows !== rows) throw new Error(`summed up ${sums[0]?.rows} rows`)
}

async function byPercona({ socket }: MariaDb): Promise<void> {
  const where = ['-h', 'localhost', '-S', socket, '--user=root', '--databases=shop', '--tables=orders', '--quiet']
  const unasked = ['--no-check-binlog-format', '--recursion-method=none', '--no-check-replication-filters']
  await execa('pt-table-checksum', [...where, ...unasked])
}

async function fill(root: Connection): Promise<void> {
  await root.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
  await root.query('USE shop')
  await root.query(
    'CREATE TABLE orders (id bigint unsigned PRIMARY KEY, customer_id int NOT NULL, amount decimal(10,2) NOT NULL, name varchar(60) NOT NULL, note varchar(100), at datetime NOT NULL)',
  )
  await root.query(
    `INSERT INTO orders SELECT seq, seq % 100000, seq / 7, CONCAT('name of ', seq), IF(seq % 3 = 0, NULL, CONCAT('note ', MD5(seq))), '2026-01-01' + INTERVAL seq SECOND FROM seq_1_to_${rows}`,
  )
  await root.query('ANALYZE TABLE orders')
}

function connect({ socket }: MariaDb): Promise<Connection> {
  return createConnection({
    socketPath: socket,
    user: 'root',
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  })
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

await main(Number(process.argv[2] ?? 5))
