import type { Facts, LedgerEntry } from '../facts.ts'
import type { Fault } from '../fault.ts'
import type { Manifest } from '../manifest.ts'
import { judge } from '../migrations/judge.ts'
import type { Plan, PlanOptions, Step } from '../plan.ts'
import { candidatesOf } from './candidates.ts'
import { changesTo, leftAside, changesOf, untouchedBy } from './changes.ts'
import { databaseProofs, reversalSteps, tablesAtRisk } from './database-steps.ts'
import { configurationBlockers, withConfiguration } from './configuration.ts'
import { amidDeploys } from './deploying.ts'
import { driftLines } from './drift.ts'
import { criticalPath } from './estimate.ts'
import { pullSteps } from './pulls.ts'
import { artifactLines } from './protection.ts'
import { blockersOf, warningsOf } from './findings.ts'
import { chooseFlashback, flashbackSteps } from './flashbacks.ts'
import { judgeMigrations, type Judged } from './migrations.ts'
import { serverBlockers, serverWarnings } from './servers.ts'
import { rehearsalFor, rehearsalSaid, rehearsalWarnings } from './rehearsed.ts'
import { restoreSteps } from './restore-steps.ts'
import { chooseRestores, restorableLines } from './restores.ts'
import { serviceSteps, type ServiceOrder } from './service-steps.ts'
import { strangerBlockers, withSharing } from './sharing.ts'
import { signatureSteps, unsigned } from './signatures.ts'
import { spaceLines } from './space.ts'
import { step } from './steps.ts'
import { referenceLines } from './swarm-steps.ts'
import { chooseTarget } from './target.ts'

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly fault: Fault }
export type PlanInput = {
  readonly facts: Facts
  readonly manifest: Manifest
  readonly options: PlanOptions
  readonly purpose: Plan['purpose']
}

/** From what is seen to what will be done. The same facts give the same plan, to the letter. */
export function planRollback({ facts, manifest: written, options, purpose }: PlanInput): Planned {
  const manifest = withSharing(written, facts)
  const chosen = chooseTarget(facts, options)
  if (!chosen.ok) return { ok: false, fault: amidDeploys(chosen.fault, facts) }
  const { target, from, passedOver } = chosen
  const { restores, ...restoring } = chooseRestores(facts, manifest, target, options)
  const restorable = restorableLines(facts, manifest, target, options)
  const restored = restores.map(({ name }) => name)
  const judged = judgeMigrations(facts, manifest, target, restoring.meant)
  const refused = options.preserveData ? cannotPreserve(judged, target, from) : null
  if (refused !== null) return { ok: false, fault: refused }

  const reversals = options.preserveData ? [] : judged.reversals
  const { flashback, ...taking } = chooseFlashback(
    facts,
    manifest,
    options,
    reversals.map(({ database }) => database),
  )
  const order = restores.length > 0 || flashback !== null ? 'database first' : orderOf(judged, options)
  const databases = [
    ...new Set([
      ...reversals.map(({ database }) => database),
      ...restored,
      ...(taking.name === null ? [] : [taking.name]),
    ]),
  ].sort()
  const changing = changesTo(facts, manifest, target, options, order === 'database first' ? databases : [])
  const changes = withConfiguration(facts, target, options, changing)
  const left = leftAside(facts, target, changes, options)
  const house = houseSteps(manifest, facts, from, target)
  const restoreOf = (needs: readonly string[]) => restores.map(restore => restoreSteps(restore, needs))
  const backOf = (needs: readonly string[]) => (flashback === null ? [] : [flashbackSteps(flashback, needs)])
  const beside = [...restoreOf([]), ...backOf([])].flatMap(parts => parts.beside)
  const service: ServiceOrder = {
    manifest,
    changes,
    rolling: order !== 'database first' && !options.emergency,
    watched: options.preserveData && !options.emergency ? todaysSchema(facts) : null,
    parallel: options.emergency,
    left,
    pulls: [...pullSteps(facts, manifest, changes), ...signatureSteps(facts, manifest, changes), ...beside],
  }
  const parts = serviceSteps(service, target)
  const schemaNeeds = order === 'services first' ? parts.healths : parts.stops
  const reversal = [
    ...reversalSteps(facts, manifest, reversals, schemaNeeds),
    ...[...restoreOf(schemaNeeds), ...backOf(schemaNeeds)].flatMap(parts => parts.inside),
  ]
  const lasts = reversal.map(({ id }) => id)
  const proofs = databaseProofs(
    manifest,
    options.preserveData ? todaysSchema(facts) : target.databases,
    lasts.length > 0 ? lasts : parts.healths,
  )
  const steps = arrange(order, house, parts.before, reversal, parts.after(order === 'database first' ? lasts : []), [
    ...parts.proofs,
    ...proofs,
  ])

  const atRisk = reversals.flatMap(({ database, migration }) =>
    tablesAtRisk(facts, database, [migration]).map(table => ({
      database,
      table,
      column: null,
      rows: facts.databases[database]?.rows[table] ?? 0,
      archived: true,
    })),
  )
  const destructive = steps.filter(({ risk }) => risk === 'destructive')
  const drift = [...driftLines(facts, target, options, changes), ...referenceLines(facts, target, changes)]
  const rehearsal = reversals.length === 0 ? null : rehearsalFor(facts, target, databases)
  const plan: Plan = {
    options,
    purpose,
    from,
    target,
    order,
    orderReason: reasonFor(order, judged, options, restored, flashback?.command.database ?? null),
    compatibility: judged.compatibility,
    steps,
    changes: changesOf(changes),
    migrations: reversals.map(({ database, migration }) => ({
      database,
      version: migration.version,
      name: migration.name,
      direction: 'down',
      statements: migration.down?.length ?? 0,
      ...judge(migration),
    })),
    atRisk,
    untouched: untouchedBy(facts, target, changes, options),
    ...(left.length === 0 ? {} : { leftAside: left }),
    passedOver,
    candidates: candidatesOf(facts, written, options),
    warnings: [
      ...serverWarnings(facts, manifest, databases),
      ...restoring.warnings,
      ...(rehearsal === null ? [] : rehearsalWarnings(rehearsal)),
      ...taking.warnings,
      ...warningsOf(facts, manifest, judged, changes, options, target, steps),
    ],
    ...(drift.length === 0 ? {} : { drift }),
    ...(rehearsal === null ? {} : { rehearsed: rehearsalSaid(rehearsal) }),
    ...(restorable.length === 0 ? {} : { restorable }),
    ...(restoring.replayable.length === 0 ? {} : { replayable: restoring.replayable }),
    ...(facts.kept === undefined ? {} : { artifacts: artifactLines(facts, target) }),
    ...(facts.space === undefined ? {} : { space: spaceLines(steps, facts) }),
    blockers: [
      ...restoring.blockers,
      ...taking.blockers,
      ...blockersOf(facts, options.preserveData ? [] : judged.blockers, databases, steps),
      ...strangerBlockers(facts, changes),
      ...serverBlockers(facts, manifest, databases),
      ...unsigned(facts, manifest, changes),
      ...configurationBlockers(facts, target, options, changes),
    ],
    pointOfNoReturn: destructive[0]?.id ?? null,
    estimateMs: criticalPath(steps),
    typed: {
      environment: manifest.environment.name,
      databases: [...new Set(destructive.flatMap(({ command }) => ('database' in command ? [command.database] : [])))],
    },
  }
  return { ok: true, plan }
}

/** Compatible schema: services first. Not, or not known: the database goes first, with nobody at it. */
function orderOf(judged: Judged, options: PlanOptions): Plan['order'] {
  if (options.preserveData || judged.reversals.length === 0) return 'services only'
  return isCompatible(judged) ? 'services first' : 'database first'
}

function isCompatible({ compatibility }: Judged): boolean {
  return compatibility === 'declared compatible' || compatibility === 'rehearsed compatible'
}

function reasonFor(
  order: Plan['order'],
  judged: Judged,
  options: PlanOptions,
  restored: readonly string[],
  takenBack: string | null,
): string {
  if (options.preserveData) return `Nothing is written to any database: ${judged.evidence}.`
  if (restored.length > 0)
    return `${restored.join(', ')} is restored from a backup, so the database goes first, with its users stopped.`
  if (takenBack !== null)
    return `Rows of ${takenBack} are taken back, so the database goes first, with its users stopped.`
  if (order === 'services only' && judged.blockers.length > 0)
    return 'What the databases need is known once what blocks is settled; the steps here are those of the services alone.'
  if (order === 'services only') return 'No migration came after the target, so only services change.'
  if (order === 'services first')
    return `The old code can run on the new schema (${judged.evidence}), so services go first.`
  const known =
    judged.compatibility === 'incompatible'
      ? 'The old code cannot run on the new schema'
      : 'Nobody knows whether the old code can run on the new schema'
  return `${known} (${judged.evidence}), so the database goes first, with its users stopped.`
}

function cannotPreserve(judged: Judged, target: LedgerEntry, from: string): Fault | null {
  const nothing = judged.reversals.length === 0 && judged.blockers.length === 0
  if (nothing || isCompatible(judged)) return null
  const because = judged.blockers[0] ?? judged.evidence
  return {
    code: 'preserve.refused',
    what: `${target.version} cannot be gone back to with --preserve-data: it cannot run on the schema of ${from} (${because})`,
    means: 'Going back would need the schema reversed, which writes to the database. Nothing was touched.',
    next: 'Leave --preserve-data out: values that would be lost are archived first. Or show that it can: astern rehearse, or -- astern:compatible-with in the migration.',
  }
}

function todaysSchema(facts: Facts): LedgerEntry['databases'] {
  const entries = Object.entries(facts.databases).map(
    ([name, { fingerprint, applied }]) => [name, { fingerprint: fingerprint ?? '', migrations: applied }] as const,
  )
  return Object.fromEntries(entries)
}

/** From the approval on, nobody deploys, and nobody deploys the bad release again. Nothing waits for these. */
export function houseSteps(manifest: Manifest, facts: Facts, from: string, target: LedgerEntry): readonly Step[] {
  const hosts = Object.keys(manifest.hosts).sort()
  return hosts.flatMap(host => {
    const here = Object.entries(facts.services).filter(([key]) => key.endsWith(`@${host}`))
    const bad = here.flatMap(([key, { observed }]) =>
      observed.digest !== null && target.services[key as `${string}@${string}`]?.digest !== observed.digest
        ? [observed.digest]
        : [],
    )
    return [
      step(
        `${host}.freeze`,
        3,
        { kind: 'freeze.set', host, reason: `rollback from ${from} to ${target.version}` },
        [],
        { undo: { kind: 'freeze.lift', host } },
      ),
      step(`${host}.refuse`, 3, { kind: 'ledger.refuse', host, version: from, digests: [...new Set(bad)].sort() }, [], {
        undo: { kind: 'ledger.clear', host, version: from },
      }),
    ]
  })
}

function arrange(
  order: Plan['order'],
  house: readonly Step[],
  before: readonly Step[],
  reversal: readonly Step[],
  after: readonly Step[],
  proofs: readonly Step[],
): readonly Step[] {
  return order === 'services first'
    ? [...house, ...before, ...after, ...reversal, ...proofs]
    : [...house, ...before, ...reversal, ...after, ...proofs]
}
