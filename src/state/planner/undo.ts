import {
  instanceKey,
  type DatabaseFact,
  type Facts,
  type LedgerEntry,
  type Migration,
  type Observed,
  type Recorded,
} from '../facts.ts'
import type { FlashbackCommand } from '../flashback-command.ts'
import type { Manifest } from '../manifest.ts'
import type { Applied } from '../migrations/tool.ts'
import type { Plan, PlanOptions } from '../plan.ts'
import { changesOf, changesTo, untouchedBy } from './changes.ts'
import { databaseProofs } from './database-steps.ts'
import { criticalPath } from './estimate.ts'
import { blockersOf } from './findings.ts'
import { flashbackSteps } from './flashbacks.ts'
import { mysqlReturn } from './mysql-steps.ts'
import type { Planned } from './rollback.ts'
import { programBlocker, programsOf, type Programs } from './programs.ts'
import { lostImages, pullSteps } from './pulls.ts'
import { linesAgainst } from '../schema/against.ts'
import { deployWarnings } from './deploying.ts'
import { artifactLines, unprotected } from './protection.ts'
import { spaceLines, spaceWarnings } from './space.ts'
import { reclaimSteps } from './restore-steps.ts'
import { serviceSteps } from './service-steps.ts'
import { strangerBlockers, withSharing } from './sharing.ts'
import { chain } from './statement-steps.ts'
import { step, type Change } from './steps.ts'

export type UndoInput = {
  readonly facts: Facts
  readonly manifest: Manifest
  /** The run that is undone, its plan, and what it had found. */
  readonly run: string
  readonly earlier: Plan
  readonly before: Facts
  readonly archives: readonly { readonly database: string; readonly table: string }[]
  /** Databases that it restored from a backup. */
  readonly restored: readonly string[]
  /** Rows that it took back. */
  readonly takenBack?: readonly FlashbackCommand[]
}

/**
 * Back to the release that a run rolled away from. A plan of its own, with its own losses, because the target has been
 * serving: migrations go up again with what was written since, and archived values return where their rows are unchanged.
 */
export function planUndo({
  facts,
  manifest: written,
  run,
  earlier,
  before,
  archives,
  restored,
  takenBack = [],
}: UndoInput): Planned {
  const manifest = withSharing(written, facts)
  const options: PlanOptions = {
    version: null,
    emergency: false,
    preserveData: earlier.options.preserveData,
    services: [],
  }
  const target = leftBy(before, earlier.from)
  const again = earlier.migrations.filter(({ direction }) => direction === 'down')
  const databases = [
    ...new Set([...again.map(({ database }) => database), ...restored, ...takenBack.map(({ database }) => database)]),
  ].sort()
  const returning = (needs: readonly string[]) => [
    ...reclaims(manifest, restored, run, needs),
    ...writesAgain(manifest, takenBack, needs),
  ]
  const changes = changesTo(facts, manifest, target, options, databases).map(change =>
    asItWas(change, facts, before, earlier),
  )
  const parts = serviceSteps(
    {
      manifest,
      changes,
      rolling: databases.length === 0,
      watched: null,
      parallel: false,
      pulls: [...pullSteps(facts, manifest, changes), ...returning([]).flatMap(({ beside }) => beside)],
    },
    target,
  )
  const clear = Object.keys(manifest.hosts)
    .sort()
    .map(host => step(`${host}.clear`, 3, { kind: 'ledger.clear', host, version: earlier.from }, []))
  const reversed = databases.filter(
    database => !restored.includes(database) && !takenBack.some(one => one.database === database),
  )
  const ups = reversed.flatMap(database =>
    upSteps(
      manifest,
      facts.databases[database],
      database,
      again,
      parts.stops,
      archives,
      run,
      before.databases[database]?.recorded ?? [],
      programsOf(before, manifest, database),
    ),
  )
  const backs = [...ups, ...returning(parts.stops).flatMap(({ inside }) => inside)]
  const lasts = backs.map(({ id }) => id)
  const proofs = databaseProofs(manifest, target.databases, lasts.length > 0 ? lasts : parts.healths)
  const steps = [...clear, ...parts.before, ...backs, ...parts.after(lasts), ...parts.proofs, ...proofs]
  const missing = again.filter(
    ({ database, version }) => !facts.databases[database]?.migrations.some(migration => migration.version === version),
  )
  const destructive = steps.filter(({ risk }) => risk === 'destructive')
  return {
    ok: true,
    plan: {
      options,
      purpose: { kind: 'undo', run },
      from: earlier.target.version,
      target,
      order: databases.length === 0 ? 'services only' : 'database first',
      orderReason:
        databases.length === 0
          ? 'The run reversed no migration, so only services change.'
          : `${earlier.from} needs its schema, so ${againText(reversed, restored)} first, with their users stopped.`,
      compatibility: databases.length === 0 ? 'nothing to reverse' : 'incompatible',
      steps,
      changes: changesOf(changes),
      migrations: again.map(migration => ({
        ...migration,
        direction: 'up' as const,
        statements: scriptOf(facts.databases[migration.database], migration.version)?.up.length ?? 0,
      })),
      atRisk: [],
      schema: schemaAgainst(facts, before, target.version),
      untouched: untouchedBy(facts, target, changes, options),
      passedOver: [],
      warnings: [
        `${earlier.from} was rolled back by run ${run}: its fault is still in it`,
        ...restored.map(
          name =>
            `${name}: what was written since it was restored returns by primary key; what cannot is listed as a conflict, and kept beside`,
        ),
        ...takenBack.map(
          ({ database, rows, tables }) =>
            `${database}: ${rows} changes of rows of ${tables.join(', ')} are written again, unless somebody wrote to one of them since`,
        ),
        ...deployWarnings(facts),
        ...spaceWarnings(steps, facts),
        ...unprotected(facts),
      ],
      ...(facts.kept === undefined ? {} : { artifacts: artifactLines(facts, target) }),
      ...(facts.space === undefined ? {} : { space: spaceLines(steps, facts) }),
      blockers: [
        ...blockersOf(facts, [], [], steps),
        ...lostImages(facts, changes),
        ...lostConfigurations(facts, changes),
        ...strangerBlockers(facts, changes),
        ...missing.map(({ version }) => `the script of migration ${version} is not in ${earlier.from}`),
        ...again.flatMap(({ database, version }) => {
          const migration = scriptOf(facts.databases[database], version)
          const blocker = migration && programBlocker(before, manifest, database, migration, 'up')
          return blocker == null ? [] : [blocker]
        }),
      ],
      pointOfNoReturn: destructive[0]?.id ?? null,
      estimateMs: criticalPath(steps),
      typed: { environment: manifest.environment.name, databases: destructive.length === 0 ? [] : databases },
    },
  }
}

function againText(reversed: readonly string[], restored: readonly string[]): string {
  if (reversed.length > 0) return 'its migrations go up again'
  return restored.length > 0 ? 'what the run restored is taken back' : 'rows that the run took back are written again'
}

/** What was taken back is written again: the rows as they were, where nobody wrote to them since. */
function writesAgain(manifest: Manifest, takenBack: readonly FlashbackCommand[], needs: readonly string[]) {
  return takenBack.flatMap(command => {
    const database = manifest.databases[command.database]
    return database?.kind === 'mysql'
      ? [flashbackSteps({ database, command: { ...command, direction: 'forth' } }, needs)]
      : []
  })
}

function reclaims(manifest: Manifest, restored: readonly string[], run: string, needs: readonly string[]) {
  return restored.flatMap(name => {
    const database = manifest.databases[name]
    return database?.kind === 'mysql' ? [reclaimSteps({ name, database, run }, needs)] : []
  })
}

/** Where the run took the recorded configuration, the one it left comes back with what it replaced. */
function asItWas(change: Change, facts: Facts, before: Facts, { steps }: Plan): Change {
  const { key } = change
  const took = steps.some(
    ({ command }) =>
      command.kind === 'service.point' && instanceKey(command) === key && command.configuration !== undefined,
  )
  const { today: left } = before.services[key]?.configurations ?? {}
  const { today: instead, secrets } = facts.services[key]?.configurations ?? {}
  if (!took || left == null || instead == null || secrets === undefined) return change
  return { ...change, configuration: { of: left, instead, secrets } }
}

/** It stood beside what took its place, and nothing else has its values. */
function lostConfigurations(facts: Facts, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key, configuration }) => {
    const there = facts.services[key]?.configurations?.stopped.some(({ id }) => id === configuration?.of)
    return configuration === undefined || there === true
      ? []
      : [`${key}: container ${configuration.of}, which the run replaced, is gone, and its configuration with it`]
  })
}

/** What ran before the rollback, as the earlier run saw it. Values were moved since, so only the schema's text is compared. */
export function leftBy(before: Facts, version: string): LedgerEntry {
  const services = Object.entries(before.services).flatMap(([key, { observed }]) => {
    const recorded = recordedOf(observed)
    return recorded === null ? [] : [[key, recorded] as const]
  })
  const databases = Object.entries(before.databases).map(
    ([name, { fingerprint, applied }]) => [name, { fingerprint: fingerprint ?? '', migrations: applied }] as const,
  )
  return {
    version,
    recordedAt: before.at,
    by: 'astern',
    good: false,
    services: Object.fromEntries(services),
    databases: Object.fromEntries(databases),
  }
}

function recordedOf({ release, digest, image, restart, references }: Observed): Recorded | null {
  if (release === null || digest === null) return null
  return {
    release,
    digest,
    ...(image === undefined ? {} : { image }),
    ...(restart === undefined ? {} : { restart }),
    ...(references === undefined ? {} : { references }),
  }
}

function upSteps(
  manifest: Manifest,
  fact: DatabaseFact | undefined,
  database: string,
  again: Plan['migrations'],
  needs: readonly string[],
  archives: UndoInput['archives'],
  run: string,
  was: readonly Applied[],
  programs: Programs | null,
) {
  // The run took the newest back first.
  const own = again
    .filter(migration => migration.database === database)
    .map(({ version }) => version)
    .toReversed()
  const scripts = own
    .flatMap(version => scriptOf(fact, version) ?? [])
    .map(migration => ({ migration, statements: migration.up }))
  const declared = manifest.databases[database]
  const tables = archives.filter(archive => archive.database === database).map(({ table }) => table)
  if (declared === undefined) return []
  if (declared.kind === 'mysql')
    return mysqlReturn(database, declared, { fact, scripts, run, tables, was, programs }, needs)
  const copy = step(`${database}.copy`, 4, { kind: 'database.copy', database }, needs, { deadlineMs: 600_000 })
  const ups = chain({ database, declared, fact, scripts, direction: 'up', needs: [copy.id], was })
  const last = ups.at(-1)?.id ?? copy.id
  const back = tables.map(table =>
    step(`${database}.put-back.${table}`, 4, { kind: 'database.put-back', database, run, table }, [last], {
      risk: 'disruptive',
      deadlineMs: 600_000,
    }),
  )
  return [copy, ...ups, ...back]
}

function scriptOf(fact: DatabaseFact | undefined, version: string): Migration | undefined {
  return fact?.migrations.find(migration => migration.version === version)
}

/** Of what it goes back to the earlier run has the schema itself. */
function schemaAgainst(facts: Facts, before: Facts, version: string): readonly string[] {
  return Object.entries(before.databases).flatMap(([name, { fingerprint, schema }]) => {
    const now = facts.databases[name]
    if (now === undefined || fingerprint === null) return []
    return linesAgainst(now, { fingerprint, schema }, version).map(line => `${name}: ${line}`)
  })
}
