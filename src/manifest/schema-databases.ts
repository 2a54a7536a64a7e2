import { z } from 'zod'
import { migrationTools } from '../state/migrations/tables.ts'
import { duration, name, open } from './schema-parts.ts'

const secret = z
  .string()
  .regex(
    /^(env|file|cmd):.+$/,
    'is a reference: env:NAME, file:PATH or cmd:PROGRAM. A secret does not stand in this file',
  )

const account = { user: z.string().min(1), password: secret.optional() }

/** As the server prints it: `shop@%`, `shop@10.0.0.%`. */
const accountName = z
  .string()
  .regex(/^[^@]+@[^@]+$/, 'is written USER@HOST, as the server knows it: shop@%, shop@10.0.0.5')

const tls = z
  .union([
    open({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() }),
    z.literal('none'),
  ])
  .describe(
    "Files; {} takes the system's authorities. none: where the network itself is trusted. Left out: loopback alone.",
  )

const mysql = open({
  host: z.string().optional().describe('Name or address; its port is 3306 unless port says another.'),
  port: z.int().min(1).max(65_535).default(3306),
  socket: z.string().optional().describe('In the place of host: a socket of this machine.'),
  tls: tls.optional(),
  database: name.describe('The name of the schema on the server.'),
  ...account,
  reader: open(account).optional().describe('Another account for whoever only looks: SELECT and SHOW VIEW are enough.'),
  replica: z.literal(true).optional().describe('It replicates from another server, and is meant all the same.'),
})

/** Another server than the one that serves, or the same one by name: a rehearsal takes of its load. */
const rehearsal = open({
  mysql: open({
    host: z.string().optional(),
    port: z.int().min(1).max(65_535).default(3306),
    socket: z.string().optional(),
    tls: tls.optional(),
    ...account,
  })
    .optional()
    .describe('The server on which a clone may stand, and an account that may write to clones alone. Not for SQLite.'),
  same_server: z
    .literal(true)
    .optional()
    .describe('It is the very server that serves, and may be: at an incident it has no load to spare.'),
  rows: z
    .union([z.enum(['all', 'none']), z.int().min(1)])
    .default('all')
    .describe('Of each table all rows, none, or so many of them.'),
}).describe('Where the way back is tried on a clone: astern rehearse.')

const from = z.union([
  open({ service: name, path: z.string() }).describe('Inside the release that runs now.'),
  open({ dir: z.string() }).describe('A directory of this machine.'),
])

const command = open({
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is the name of a variable: letters, digits, _'), secret)
    .default({})
    .describe('By secret references. The program has to reach the database by the account that reverses.'),
  argv: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "An argument list in the place of the tool's own: {command} is that, {args} the same without its program, {version} the migration.",
    ),
  directory: z
    .string()
    .optional()
    .describe('Where it is run: below the release; in a container, or with from: dir, the whole path.'),
  timeout: duration.default(600_000).describe('Waited for so long; it is never killed.'),
}).describe("How Astern runs the tool's own command, where a migration is a program.")

export const database = open({
  sqlite: open({ file: z.string() }).optional(),
  mysql: mysql.optional().describe('MySQL or MariaDB.'),
  migrations: open({
    tool: z.enum(migrationTools).optional(),
    query: z
      .string()
      .optional()
      .describe(
        'In the place of tool: a row per applied migration, oldest first, its version in the first column. Scripts are as dbmate or golang-migrate has them.',
      ),
    unapply: z.string().optional().describe('With query: takes one version out of table; one ? stands for it.'),
    apply: z.string().optional().describe('With query: puts one version into table; one ? stands for it.'),
    table: name
      .optional()
      .describe(
        "Where the tool keeps what is applied; otherwise the tool's own default. With query: the table it reads.",
      ),
    from,
    command: command.optional(),
  }).optional(),
  writers: open({ accounts: z.array(accountName).min(1) })
    .optional()
    .describe('Accounts that are locked, and whose sessions end, while the schema goes back.'),
  readers: open({ accounts: z.array(accountName).min(1) })
    .optional()
    .describe('Accounts that may stay: what they read is there after the reversal too.'),
  replicas: z
    .array(open({ host: z.string().min(1), port: z.int().min(1).max(65_535).default(3306) }))
    .optional()
    .describe(
      'Servers that replicate from it and are read from: waited for while they are far behind, and before anybody reads again.',
    ),
  max_lag: duration.optional().describe('Further behind than this, nothing more is written: 10s.'),
  max_load: z
    .int()
    .min(1)
    .optional()
    .describe(
      'More threads running than this (Threads_running), and checksums and rehearsals wait. Left out: 25; of checksums a fifth more than the least that were seen, where that is more.',
    ),
  backups: open({
    tool: z.enum(['mydumper', 'mysqldump']).describe('mysqldump is mariadb-dump too.'),
    dir: z
      .string()
      .describe('A directory of this machine: of mydumper, one directory a backup; of mysqldump, one file.'),
    max_age: duration.optional().describe('Older, and astern doctor says that none was made since.'),
  })
    .optional()
    .describe('What the database can be restored from, where a migration has no way down.'),
  binlogs: open({ dir: z.string().describe('A directory of this machine, with the files as the server names them.') })
    .optional()
    .describe('Copies of its binlog: --replay reads there what the server has no more. MariaDB alone.'),
  rehearsal: rehearsal.optional(),
  invariants: z.array(open({ name: z.string(), sql: z.string(), expect: z.number().default(0) })).default([]),
})
