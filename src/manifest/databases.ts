import type { Database, MigrationCommand, MysqlServer } from '../state/manifest.ts'
import { defaultTables } from '../state/migrations/tables.ts'
import type { At, ManifestFault } from './faults.ts'
import { accountOf, isNear, serverOf } from './mysql-server.ts'
import { ownQueryFaults } from './own-query.ts'
import { rehearsalFaults, rehearsalOf } from './rehearsal.ts'
import type { Written } from './schema.ts'

type WrittenDatabase = Written['databases'][string]
type WrittenMysql = NonNullable<WrittenDatabase['mysql']>

/** A database in the core's words. `path` makes a path absolute. */
export function databaseOf(written: WrittenDatabase, path: (value: string) => string): Database {
  const { sqlite, mysql, invariants } = written
  const common = { migrations: migrationsOf(written, path), invariants }
  if (mysql === undefined)
    return {
      kind: 'sqlite',
      file: path(sqlite?.file ?? ''),
      ...(written.rehearsal === undefined ? {} : { rehearsal: true }),
      ...common,
    }
  return {
    kind: 'mysql',
    server: serverOf(mysql, path),
    database: mysql.database,
    account: accountOf(mysql),
    ...(mysql.reader === undefined ? {} : { reader: accountOf(mysql.reader) }),
    ...(mysql.replica === undefined ? {} : { replica: true }),
    writers: written.writers?.accounts ?? [],
    readers: written.readers?.accounts ?? [],
    ...(written.replicas === undefined ? {} : { replicas: written.replicas.map(one => beside(mysql, one, path)) }),
    ...(written.max_lag === undefined ? {} : { maxLagMs: written.max_lag }),
    ...(written.max_load === undefined ? {} : { maxLoad: written.max_load }),
    ...(written.backups === undefined ? {} : { backups: backupsOf(written.backups, path) }),
    ...(written.binlogs === undefined ? {} : { binlogs: { dir: path(written.binlogs.dir) } }),
    ...rehearsalOf(written, path),
    ...common,
  }
}

function backupsOf(
  { tool, dir, max_age: maxAgeMs }: NonNullable<WrittenDatabase['backups']>,
  path: (value: string) => string,
): NonNullable<Extract<Database, { kind: 'mysql' }>['backups']> {
  return { tool, dir: path(dir), ...(maxAgeMs === undefined ? {} : { maxAgeMs }) }
}

function migrationsOf({ migrations }: WrittenDatabase, path: (value: string) => string): Database['migrations'] {
  if (migrations === undefined) return null
  const { tool, query = '', unapply = '', apply = '', table, from: written, command } = migrations
  const from = 'dir' in written ? { dir: path(written.dir) } : written
  const run = command === undefined ? {} : { command: commandOf(command, 'dir' in from ? path : same) }
  return tool === undefined
    ? { tool: { query, unapply, apply }, table: table ?? '', from, ...run }
    : { tool, table: table ?? defaultTables[tool], from, ...run }
}

type WrittenCommand = NonNullable<NonNullable<WrittenDatabase['migrations']>['command']>

function commandOf(
  { env, argv, directory, timeout }: WrittenCommand,
  path: (value: string) => string,
): MigrationCommand {
  return {
    env,
    ...(argv === undefined ? {} : { argv }),
    ...(directory === undefined ? {} : { directory: path(directory) }),
    timeoutMs: timeout,
  }
}

function same(value: string): string {
  return value
}

/** Reached as the server itself is. */
function beside(
  mysql: WrittenMysql,
  { host, port }: { readonly host: string; readonly port: number },
  path: (value: string) => string,
): MysqlServer {
  return serverOf({ ...mysql, socket: undefined, host, port }, path)
}

export function databaseFaults(written: Written, at: At): readonly ManifestFault[] {
  return Object.entries(written.databases).flatMap(([name, database]) => [
    ...nameFaults(written, name, at),
    ...kindFaults(name, database, at),
    ...serverFaults(name, database, at),
    ...ownQueryFaults(name, database.migrations, at),
    ...sourceFaults(written, name, at),
    ...rehearsalFaults(name, database, at),
  ])
}

function nameFaults({ services }: Written, name: string, at: At): readonly ManifestFault[] {
  return name in services
    ? [
        at(
          ['databases', name],
          'a service has this name too',
          'Give one of them another name: depends_on would not know which is meant.',
        ),
      ]
    : []
}

function kindFaults(name: string, database: WrittenDatabase, at: At): readonly ManifestFault[] {
  const { sqlite, mysql, migrations, writers, readers, backups, binlogs, replicas } = database
  if ((sqlite === undefined) === (mysql === undefined))
    return [at(['databases', name], 'is not exactly one of sqlite and mysql', 'Give it one of them.')]
  if (sqlite !== undefined && backups !== undefined)
    return [
      at(
        ['databases', name, 'backups'],
        'a SQLite file is not restored from a dump',
        'Remove it: a copy of the whole file is taken before anything changes.',
      ),
    ]
  if (sqlite !== undefined && binlogs !== undefined)
    return [at(['databases', name, 'binlogs'], 'a SQLite file has no binlog', 'Remove it.')]
  if (sqlite !== undefined && replicas !== undefined)
    return [at(['databases', name, 'replicas'], 'a SQLite file has no replicas', 'Remove it.')]
  if (sqlite !== undefined && migrations?.command !== undefined)
    return [
      at(
        ['databases', name, 'migrations', 'command'],
        'is not run on a SQLite file',
        'Remove it: a migration that is a program is reversed by hand there.',
      ),
    ]
  return sqlite === undefined || (writers === undefined && readers === undefined)
    ? []
    : [
        at(
          ['databases', name, writers === undefined ? 'readers' : 'writers'],
          'a SQLite file has no accounts',
          'Remove it: the services that depend on it are stopped.',
        ),
      ]
}

/** A password that anybody on the way could read is not sent by leaving something out. */
function serverFaults(name: string, { mysql, replicas = [] }: WrittenDatabase, at: At): readonly ManifestFault[] {
  if (mysql === undefined) return []
  const { host, socket, tls } = mysql
  const place = ['databases', name, 'mysql']
  if ((host === undefined) === (socket === undefined))
    return [at(place, 'is not exactly one of host and socket', 'Give it one of them.')]
  const far = [
    ...(isNear(host) ? [] : [[...place, 'host']]),
    ...replicas.flatMap((replica, index) =>
      isNear(replica.host) ? [] : [['databases', name, 'replicas', String(index), 'host']],
    ),
  ]
  return tls !== undefined
    ? []
    : far.map(where =>
        at(
          where,
          'is reached without tls: anybody on the way could read what is sent',
          'Add tls: {} or tls: { ca: FILE } to mysql, or write tls: none where the network itself is trusted.',
        ),
      )
}

function sourceFaults({ databases, services }: Written, name: string, at: At): readonly ManifestFault[] {
  const from = databases[name]?.migrations?.from
  if (from === undefined || 'dir' in from || from.service in services) return []
  const names = Object.keys(services).sort().join(', ') || '(none is declared)'
  return [
    at(
      ['databases', name, 'migrations', 'from', 'service'],
      `there is no service ${from.service}`,
      `Name one of ${names}.`,
    ),
  ]
}
