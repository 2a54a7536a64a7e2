import type { Check } from './check.ts'
import type { Channel } from './channel.ts'

/** The checked, normalised form of astern.yaml. Durations are milliseconds. Secrets stay references (`env:`, `file:`, `cmd:`). */
export type Manifest = {
  readonly environment: { readonly name: string; readonly class: EnvironmentClass }
  readonly hosts: Readonly<Record<string, Host>>
  readonly services: Readonly<Record<string, Service>>
  readonly databases: Readonly<Record<string, Database>>
  /** The first that fits is what is proposed. */
  readonly severity?: readonly SeverityRule[]
  /** What users reach, by name. */
  readonly impact?: Readonly<Record<string, Probe>>
  /** Where the post-mortem takes place, as `Europe/Madrid`. Left out: where the machine is. */
  readonly review?: { readonly timezone: string }
  readonly checks: readonly Check[]
  readonly notify: Readonly<Record<string, Channel>>
  readonly timing: Timing
  /** Services that a rehearsal starts on clones, as their target is. */
  readonly rehearsal?: { readonly services: Readonly<Record<string, RehearsedService>> }
  /** Directory of images saved with `docker save`. */
  readonly artifacts?: string
  /** Which plans a second person approves too, from another account; without it none. */
  readonly secondPerson?: SecondPerson
  readonly drill?: DrillRoom
}

/** What drills go by: where production is published, and channels of their own. */
export type DrillRoom = {
  /** A file that every bastion meets. Left out: a place in the home. */
  readonly production?: string
  readonly notify?: Readonly<Record<string, Channel>>
  /** Where proxies that drills may disturb are told what to do: `unix:///run/proxy.sock`, `http://127.0.0.1:9470`. */
  readonly proxies?: readonly string[]
  /** What a team does to itself in its own way, and how it takes that back. */
  readonly commands?: Readonly<Record<string, DrillCommand>>
  /** By host, an absolute path on a file system that drills may fill. */
  readonly disks?: Readonly<Record<string, string>>
}

/** Argument lists, without a shell; each is over within `timeoutMs`, and may be run again. */
export type DrillCommand = {
  readonly run: readonly string[]
  readonly undo: readonly string[]
  /** Ends with 0 while it is in effect. */
  readonly probe: readonly string[]
  readonly timeoutMs: number
}

export type SecondPerson = 'destructive' | 'always'

export type EnvironmentClass = 'production' | 'staging' | 'drill'

export type Host = ReleasesHost | DockerHost | SwarmHost

/** A directory tree on this machine that holds release directories, and processes Astern supervises. */
export type ReleasesHost = { readonly kind: 'releases'; readonly root: string; readonly address: string }

/** A Docker Engine. `address`: what `{host}` stands for in probes, and where its published ports are reached. */
export type DockerHost = { readonly kind: 'docker'; readonly endpoint: Endpoint; readonly address: string }

/**
 * A Swarm, by the Engine of one of its managers, and of `others` where that one gives no answer. `address`: where the ports
 * its services publish are reached while that manager is the one that is asked.
 */
export type SwarmHost = Manager & { readonly kind: 'swarm'; readonly others?: readonly Manager[] }

type Manager = { readonly endpoint: Endpoint; readonly address: string }

/** Paths of files are absolute. Without `tls` a tcp endpoint was declared insecure by name. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsFiles | null }
  /** `destination` as ssh takes it: `user@host`, or a name out of ssh_config. */
  | {
      readonly kind: 'ssh'
      readonly destination: string
      readonly port: number | null
      /** Instead of the account's own configuration of ssh. */
      readonly config?: string
    }
  | { readonly kind: 'context'; readonly name: string }

export type TlsFiles = { readonly ca: string; readonly cert: string; readonly key: string }

export type ServiceKind = 'web' | 'worker' | 'cron' | 'singleton'

export type Service = {
  readonly hosts: readonly string[]
  /** On a host of release directories; null elsewhere. */
  readonly release: ReleaseLayout | null
  /** On a Docker host. */
  readonly container?: ContainerName
  /** On a Swarm: the name of its service there. */
  readonly swarm?: string
  readonly kind: ServiceKind
  /** Instances of this service that are replaced at once, on a Swarm its tasks; where it is not given 1, on a Swarm as its service has it. */
  readonly maxParallel?: number
  /** Names of services or databases. */
  readonly dependsOn: readonly string[]
  readonly stop: { readonly graceMs: number }
  readonly traffic?: Traffic
  /** A command that ends with 0 where `{image}`, a name with its digest, is signed as it has to be. */
  readonly signature?: { readonly argv: readonly string[] }
  /** What is asked from inside each started container: does it reach what it depends on? */
  readonly connects?: readonly Connect[]
  readonly health: Probe | null
  readonly identity: { readonly url: string; readonly json: string } | null
}

/** How requests are led away from an instance before it stops, and to it again. */
export type Traffic = {
  readonly drain?: { readonly calls: readonly TrafficCall[]; readonly waitMs: number }
  /** Requests reach whatever runs of the service, so that the target may start beside what it replaces. */
  readonly startFirst?: true
  /** Made once an instance is healthy: the proxy's reload. */
  readonly reload?: readonly TrafficCall[]
}

/** Made from this machine; made twice, it is as made once. */
export type TrafficCall =
  | { readonly kind: 'http'; readonly method: string; readonly url: string; readonly status: number }
  | { readonly kind: 'command'; readonly argv: readonly string[] }

/** An argument list that ends with 0 where what it asks for is reached. */
export type Connect = { readonly argv: readonly string[] }

/** Directory below the host's root; `<path>/releases/<release>/`, `<path>/current` -> one of them. */
export type ReleaseLayout = {
  readonly path: string
  readonly start: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How a service's container is found: by its name, or by the labels Compose gives it. */
export type ContainerName =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'compose'; readonly project: string; readonly service: string; readonly number: number }

/** `{host}` in a url, address or argument is the host's address. */
export type Probe =
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  | { readonly kind: 'command'; readonly argv: readonly string[] }

export type Database = SqliteDatabase | MysqlDatabase

type AnyDatabase = {
  readonly migrations: Migrations | null
  readonly invariants: readonly { readonly name: string; readonly sql: string; readonly expect: number }[]
}

export type SqliteDatabase = AnyDatabase & {
  readonly kind: 'sqlite'
  readonly file: string
  /** A copy of the file may be made to try the way back on. */
  readonly rehearsal?: true
}

/** A check that does not pass, a group of which a must check does not, a service that is not well. */
export type SeverityRule = {
  readonly is: 'SEV-1' | 'SEV-2' | 'SEV-3' | 'SEV-4' | 'SEV-5'
  readonly what: 'check' | 'group' | 'service'
  readonly name: string
}

/** MySQL or MariaDB: one database (schema) of a server. */
export type MysqlDatabase = AnyDatabase & {
  readonly kind: 'mysql'
  readonly server: MysqlServer
  /** The schema's name on its server. */
  readonly database: string
  /** Whoever reverses. */
  readonly account: Account
  /** Whoever only looks, where that is another. */
  readonly reader?: Account
  /** Accounts whose sessions end, and that are locked, while the schema goes back: `shop@%`. */
  readonly writers: readonly string[]
  /** Accounts that may stay, because what they read is declared to be there after the reversal too. */
  readonly readers: readonly string[]
  /** Where its backups lie, on this machine. */
  readonly backups?: {
    readonly tool: BackupTool
    readonly dir: string
    /** The newest should not be older. */
    readonly maxAgeMs?: number
  }
  /** Where copies of its binlog lie, on this machine. */
  readonly binlogs?: { readonly dir: string }
  /** Servers that replicate from it and are read from. */
  readonly replicas?: readonly MysqlServer[]
  /** Further behind than this, nothing more is written; 10 seconds. */
  readonly maxLagMs?: number
  /** More threads running than this, and sums and rehearsals wait; left out: 25, and of sums a fifth more than the least that were seen. */
  readonly maxLoad?: number
  /** A server that replicates from another is refused unless this says so. */
  readonly replica?: true
  readonly rehearsal?: MysqlRehearsal
}

/** Where the way back is tried on a clone. */
export type MysqlRehearsal = {
  readonly server: MysqlServer
  /** May write to clones and to nothing else of what serves. */
  readonly account: Account
  /** Of each table: all, none, or so many. */
  readonly rows: RehearsedRows
  /** It is the server that serves, and that was said by name. */
  readonly sameServer?: true
}

export type RehearsedService = {
  /** All it is given: references or text; `{database}`, `{database:NAME}`, `{port}`, `{host:NAME}` and `{port:NAME}` stand for what is there. */
  readonly env: Readonly<Record<string, string>>
  /** Where it listens: in its container this one, on a host of release directories any. Null: nowhere. */
  readonly port: number | null
  /** Requests of checks to these origins are sent to it. */
  readonly serves: readonly string[]
  /** Ends with 0 where it is well; on a Docker host inside its container. */
  readonly command?: readonly string[]
}

export type RehearsedRows = 'all' | 'none' | number

/** `mysqldump` is mariadb-dump too. */
export type BackupTool = 'mydumper' | 'mysqldump'

/** `tls` null over tcp: declared insecure by name, or loopback. Paths of files are absolute. */
export type MysqlServer =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: MysqlTls | null }

/** Without `ca` the system's own authorities count. */
export type MysqlTls = { readonly ca?: string; readonly cert?: string; readonly key?: string }

/** `password`: a secret reference; null: none. */
export type Account = { readonly user: string; readonly password: string | null }

export type Migrations = {
  readonly tool: MigratedBy
  /** Where the tool keeps what is applied. */
  readonly table: string
  /** The scripts: inside the release that runs now, or in a directory of this machine. */
  readonly from: { readonly service: string; readonly path: string } | { readonly dir: string }
  /** How its tool's own command is run, where a migration is a program. Left out: it is not. */
  readonly command?: MigrationCommand
}

export type MigrationCommand = {
  /** Secret references: what stands for them is known where it is run, and nowhere else. */
  readonly env: Readonly<Record<string, string>>
  /** In the place of the tool's own: `{command}` is that, `{args}` the same without its program, `{version}` the migration. */
  readonly argv?: readonly string[]
  /** Where it is run. Left out: at the top of the release, in a container where that begins, or in the directory of the scripts. */
  readonly directory?: string
  readonly timeoutMs: number
}

export type MigratedBy = MigrationTool | OwnQuery

/** In the place of a tool: a team's own SQL on a table of its own. */
export type OwnQuery = {
  /** A row per applied migration, oldest first: its version, then maybe its name. */
  readonly query: string
  /** What puts the table right after a way down, and after a way up; `?` is the version. */
  readonly unapply: string
  readonly apply: string
}

export type MigrationTool =
  | 'dbmate'
  | 'golang-migrate'
  | 'flyway'
  | 'liquibase'
  | 'rails'
  | 'knex'
  | 'prisma'
  | 'sequelize'
  | 'typeorm'
  | 'drizzle'
  | 'alembic'
  | 'django'
  | 'laravel'
  | 'sqitch'

export type { Check } from './check.ts'

export type Timing = {
  readonly healthDeadlineMs: number
  readonly probeIntervalMs: number
  readonly probeTimeoutMs: number
  readonly consecutive: number
  /** How long a service must stay healthy, its process unchanged, before its step is done. */
  readonly stableMs: number
  /** Phase 5's watch after the last service. */
  readonly watchMs: number
  readonly turnBackMs: number
  /** Users are to be served again so long after the impact began; without it nothing is promised. */
  readonly recoveryMs?: number
  /** A suite of checks is over by then; two minutes where it is not given. */
  readonly checksMs?: number
}
