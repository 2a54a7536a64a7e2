import { readFileSync } from 'node:fs'
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

/**
 * A table of ten million rows, summed up by us and by pt-table-checksum in alternating pairs, on one server. Budget: half its time,
 * as the median of the pairs, since what else runs on the machine changes from one pair to the next. The server's own processor
 * time is told beside it.
 */
async function main(pairs: number): Promise<void> {
  const server = await startMariaDb(options)
  const pairsSeen: { readonly ours: Cost; readonly percona: Cost }[] = []
  try {
    const root = await connect(server)
    await fill(root)
    // Once unmeasured: the first to read would write the load's dirty pages out.
    await byUs(root)
    const pid = await pidOf(root)
    for (let pair = 1; pair <= pairs; pair += 1) {
      const first = pair % 2 === 1 ? await costOf(pid, () => byUs(root)) : null
      const percona = await costOf(pid, () => byPercona(server))
      const ours = first ?? (await costOf(pid, () => byUs(root)))
      pairsSeen.push({ ours, percona })
      process.stdout.write(`pair ${pair}: astern ${spell(ours)}, pt-table-checksum ${spell(percona)}\n`)
    }
    await root.end()
  } finally {
    await server.remove()
  }
  const ratio = (of: keyof Cost): number => median(pairsSeen.map(({ ours, percona }) => ours[of] / percona[of]))
  process.stdout.write(
    `${rows} rows: of pt-table-checksum's time ${ratio('seconds').toFixed(2)}, of the server's processor time for it ${ratio('processor').toFixed(2)}\n`,
  )
  process.exitCode = ratio('seconds') <= 0.5 ? 0 : 1
}

/** `processor`: what the server used of it. */
type Cost = { readonly seconds: number; readonly processor: number }

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

async function costOf(pid: string, work: () => Promise<void>): Promise<Cost> {
  const [began, used] = [performance.now(), processorSeconds(pid)]
  await work()
  return { seconds: (performance.now() - began) / 1000, processor: processorSeconds(pid) - used }
}

function processorSeconds(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function pidOf(root: Connection): Promise<string> {
  const [[file]] = (await root.query('SELECT @@datadir AS data, @@pid_file AS pid')) as unknown as [
    [{ data: string; pid: string }],
  ]
  return readFileSync(file.pid.startsWith('/') ? file.pid : file.data + file.pid, 'utf8').trim()
}

function spell({ seconds, processor }: Cost): string {
  return `${seconds.toFixed(1)} s (processor ${processor.toFixed(1)} s)`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

await main(Number(process.argv[2] ?? 5))
