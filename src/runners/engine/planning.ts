import { dirname, join } from 'node:path'
import type { DatabaseFact, Facts, Migration } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Past } from '../../state/past.ts'
import { planHash, type AtRisk, type Plan, type PlanOptions } from '../../state/plan.ts'
import { withEstimates } from '../../state/planner/estimate.ts'
import { planRollback } from '../../state/planner/rollback.ts'
import { restoredOf } from '../../state/restored.ts'
import { takenBackBy } from '../../state/taken-back.ts'
import { leftBy, planUndo } from '../../state/planner/undo.ts'
import { replay } from '../../state/reduce.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Looks } from '../../targets/looks.ts'
import { withPrechecks, type Checked } from '../../state/planner/prechecked.ts'
import { withBinlogs, withStretch } from './binlogs.ts'
import { readPast } from '../journal/past.ts'
import { readJournal } from '../journal/read.ts'
import type { Desk } from './desk.ts'
import { gatherFacts } from './gather.ts'
import { meantBy, type Meant } from './meant.ts'
import { withKept, withKeptOf } from './kept.ts'
import { againstRecorded } from './schema-lines.ts'

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly fault: Fault }

/** Phase 2: gathers afresh, plans, counts what is at risk, and writes the plan or the reason why there is none. */
export async function proposePlan(desk: Desk): Promise<void> {
  const run = desk.state().run
  if (run === null) return
  const made =
    run.purpose.kind === 'undo'
      ? await undoPlan(desk, run.manifest, run.purpose.run)
      : await makePlan(
          run.manifest,
          await factsFor(desk, run.manifest, meantBy(run.options)),
          run.options,
          desk.acts,
          await pastOf(desk, run.manifest),
          join(desk.context.directory, 'evidence'),
        )
  const planned = desk.mask(made)
  if (planned.ok)
    await desk.write([{ kind: 'plan.proposed', plan: planned.plan, hash: planHash(planned.plan, desk.hash) }])
  else await desk.write([{ kind: 'plan.failed', fault: planned.fault }])
}

/** Journals beside its own. */
function pastOf({ context: { directory, run }, state }: Desk, { environment }: Manifest): Promise<Past> {
  return readPast(dirname(directory), { environment, except: run, isPlayed: state().run?.drill !== undefined })
}

function factsFor(desk: Desk, manifest: Manifest, meant: Meant) {
  return gatherFacts(manifest, desk.acts, desk.mask, desk.now, meant)
}

/** The same for `astern plan`, which opens no run. `keep`: a directory for what is to be shown before it runs. */
export async function makePlan(
  manifest: Manifest,
  seen: Facts,
  options: PlanOptions,
  looks: Looks,
  past: Past = { runs: [], notRead: [] },
  keep: string | null = null,
): Promise<Planned> {
  const known = await withBinlogs(await withKept(seen, options, looks), manifest, options, looks, keep)
  const facts = await withStretch(known, manifest, options, looks, keep)
  const planned = planRollback({ facts, manifest, options, purpose: { kind: 'rollback' } })
  if (!planned.ok) return planned
  const plan = withEstimates(planned.plan, { past, facts, timing: manifest.timing })
  const [atRisk, checked, schema] = await Promise.all([
    countAtRisk(facts, plan, looks),
    precheck(facts, plan, looks),
    againstRecorded(facts, plan.target, looks),
  ])
  return {
    ok: true,
    plan: { ...plan, atRisk, ...(schema.length === 0 ? {} : { schema }), ...withPrechecks(plan, checked) },
  }
}

/** Rows each script would lose were nothing archived, counted now; said, and outside the hash, because writes go on. */
async function countAtRisk(facts: Facts, plan: Plan, looks: Looks): Promise<readonly AtRisk[]> {
  const counted = await Promise.all(
    Object.entries(looks.databases).map(async ([name, database]) => {
      const scripts = plan.migrations
        .filter(migration => migration.database === name)
        .flatMap(({ version, direction }): Migration[] => {
          const script = facts.databases[name]?.migrations.find(known => known.version === version)
          if (script === undefined) return []
          // Whichever way it goes, what its statements take is asked for.
          return [direction === 'down' ? script : { ...script, down: script.up }]
        })
      if (scripts.length === 0) return []
      const risks = await database.atRisk(scripts)
      return risks.ok ? risks.value.map(risk => ({ ...risk, archived: isArchived(plan, name, risk.table) })) : []
    }),
  )
  return counted.flat()
}

/** The statements of each reversal, in the order they will be run; what a program leaves to those after it is not known. */
async function precheck(facts: Facts, plan: Plan, looks: Looks): Promise<Checked> {
  const checked = await Promise.all(
    Object.entries(looks.databases).map(async ([name, database]): Promise<Checked> => {
      const scripts = plan.migrations
        .filter(migration => migration.database === name && migration.direction === 'down')
        .map(({ version }) => facts.databases[name]?.migrations.find(known => known.version === version))
      const program = scripts.findIndex(script => script?.opaque !== undefined)
      const statements = scripts.slice(0, program < 0 ? undefined : program).flatMap(script => script?.down ?? [])
      if (statements.length === 0) return []
      const found = await database.prechecks(statements)
      return [{ database: name, statements: statements.map(({ sql }) => sql), found }]
    }),
  )
  return checked.flat()
}

/** By itself, or with the whole file. */
function isArchived(plan: Plan, database: string, table: string): boolean {
  return plan.steps.some(
    ({ command }) =>
      (command.kind === 'database.copy' && command.database === database) ||
      (command.kind === 'database.archive' && command.database === database && command.table === table),
  )
}

/** Back to what the earlier run rolled away from, read from its journal and from what it archived. */
async function undoPlan(desk: Desk, manifest: Manifest, run: string): Promise<Planned> {
  const earlier = await earlierRun(desk, run)
  if ('code' in earlier) return { ok: false, fault: earlier }
  const plan = earlier.plan?.plan
  if (plan === undefined || earlier.facts === null) return { ok: false, fault: nothingToUndo(run) }
  const { services } = leftBy(earlier.facts, plan.from)
  const facts = await withKeptOf(await factsFor(desk, manifest, { also: services }), services, desk.acts)
  const archives = await Promise.all(
    Object.entries(desk.acts.databases).map(async ([database, adapter]) => {
      const found = await adapter.archives()
      return found.ok
        ? found.value.filter(archive => archive.run === run).map(({ table }) => ({ database, table }))
        : []
    }),
  )
  const there = withScripts(facts, earlier.facts)
  const planned = planUndo({
    facts: there,
    manifest,
    run,
    earlier: plan,
    before: earlier.facts,
    archives: archives.flat(),
    restored: restoredOf(earlier).map(({ database }) => database),
    takenBack: takenBackBy(earlier),
  })
  if (!planned.ok) return planned
  const known = { past: await pastOf(desk, manifest), facts: there, timing: manifest.timing }
  const estimated = withEstimates(planned.plan, known)
  return { ok: true, plan: { ...estimated, atRisk: await countAtRisk(there, estimated, desk.acts) } }
}

/** The scripts up again are those the earlier run found in the release it rolled away from. */
function withScripts(facts: Facts, before: Facts): Facts {
  const databases = Object.entries(facts.databases).map(([name, fact]): [string, DatabaseFact] => {
    return [name, { ...fact, migrations: before.databases[name]?.migrations ?? [] }]
  })
  return { ...facts, databases: Object.fromEntries(databases) }
}

async function earlierRun(desk: Desk, run: string): Promise<RunState | Fault> {
  const read = await readJournal(desk.context.directory.replace(/[^/]+$/, run))
  if (!read.ok) return read.fault
  const state = replay(read.value.lines)
  return state.plan?.approved == null ? nothingToUndo(run) : state
}

function nothingToUndo(run: string): Fault {
  return {
    code: 'undo.nothing',
    what: `Run ${run} did nothing that could be undone`,
    means: 'It was never approved, or belongs to another environment.',
    next: 'List the runs with: astern runs',
  }
}
