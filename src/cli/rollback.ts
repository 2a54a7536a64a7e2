import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asternHome } from '../client/home.ts'
import type { OpenDrill } from '../client/open-runs.ts'
import { isMoment } from '../state/planner/replays.ts'
import type { RunPurpose } from '../state/event.ts'
import type { FlashbackChoice, PlanOptions, RestoreChoice } from '../state/plan.ts'
import { forDrills, playedIn } from './drill/played-in.ts'
import { closeLooks, looksFor, openEnvironment, type Environment } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { launch } from './launch.ts'
import { liveRun } from './live-run.ts'
import { writeOpening } from './opening.ts'
import { modeHere } from './mode.ts'
import { newRunId, whoAmI } from './person.ts'
import { preflight } from './preflight.ts'
import { take } from './take.ts'
import { talk, tell } from './talk.ts'

/** The bare command: take up the live run of this environment, or open one. */
export async function open(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const live = await liveRun(environment)
  if (live === null || asksForMore(flags)) return openRun(environment, flags, { kind: 'rollback' })
  talk(`Taking up run ${live.run}, opened by ${live.who} at ${live.since}.`)
  return take(live.directory, flags, 'helm')
}

export async function rollback(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  return environment === null ? exitCode.usage : openRun(environment, flags, { kind: 'rollback' })
}

export async function undo(flags: Flags, run = ''): Promise<number> {
  const environment = await openEnvironment(flags)
  return environment === null ? exitCode.usage : openRun(environment, flags, { kind: 'undo', run })
}

async function openRun(environment: Environment, flags: Flags, purpose: RunPurpose): Promise<number> {
  const contradiction = contradictionIn(flags, purpose)
  if (contradiction !== null) {
    talk(`astern: ${contradiction}`)
    return exitCode.usage
  }
  const options = planOptions(flags)
  const looks = looksFor(environment)
  const refused = await preflight(environment, looks, options, purpose).finally(() => closeLooks(looks))
  if (refused !== null) {
    tell(refused.fault)
    return refused.code
  }
  const drill = await playedIn(environment)
  if (drill === 'no secrets') return exitCode.usage
  const directory = await newRun(environment, flags, options, purpose, drill)
  const launched = await launch(directory)
  return launched === null ? take(directory, flags, 'helm') : launched
}

async function newRun(
  environment: Environment,
  flags: Flags,
  options: PlanOptions,
  purpose: RunPurpose,
  drill: OpenDrill | null,
): Promise<string> {
  const { file } = environment
  const manifest = drill === null ? environment.manifest : forDrills(environment.manifest)
  const run = newRunId(new Date(), drill !== null)
  const directory = join(asternHome(process.env), 'runs', run)
  await mkdir(directory, { recursive: true, mode: 0o2770 })
  const confirmed = { names: flags.confirm ?? [], planHash: flags.confirmPlan ?? null }
  const headless = modeHere(flags, 'helm').kind === 'headless'
  const { name, class: environmentClass } = manifest.environment
  const version = process.env['ASTERN_VERSION'] ?? '0.0.0'
  const event = {
    kind: 'run.opened',
    purpose,
    environment: name,
    class: environmentClass,
    manifest,
    manifestFile: file,
    options,
    confirmed,
    headless,
    version,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(drill === null ? {} : { drill: { run: drill.run, title: drill.title } }),
    ...(flags.breakLock === undefined ? {} : { breaks: { run: flags.breakLock, reason: flags.reason ?? '' } }),
  } as const
  await writeOpening(directory, { run, actor: whoAmI(), event })
  return directory
}

export function planOptions(flags: Flags): PlanOptions {
  return {
    version: flags.version ?? flags.to ?? null,
    emergency: flags.emergency === true,
    preserveData: flags.preserveData === true,
    services: flags.service ?? [],
    ...(flags.configuration === 'recorded' ? { configuration: flags.configuration } : {}),
    ...(flags.restore === undefined ? {} : { restore: restoreChoice(flags, flags.restore) }),
    ...(flags.flashback === undefined ? {} : { flashback: flashbackChoice(flags, flags.flashback) }),
  }
}

function flashbackChoice({ table = [], database }: Flags, flashback: string): FlashbackChoice {
  const [from = '', until = ''] = flashback.split('..')
  return { from, until, tables: table, database: database ?? null }
}

function restoreChoice({ replay, salvage }: Flags, restore: string | true): RestoreChoice {
  const until = replay === true ? null : replay
  return {
    backup: restore === true ? null : restore,
    salvage,
    ...(until === undefined ? {} : { replay: { until } }),
  }
}

function asksForMore(flags: Flags): boolean {
  return (
    flags.emergency === true ||
    flags.preserveData === true ||
    flags.configuration === 'recorded' ||
    flags.restore !== undefined ||
    flags.flashback !== undefined ||
    flags.version !== undefined ||
    flags.to !== undefined
  )
}

function flashbackAmiss({ flashback, table = [], database, ...flags }: Flags, purpose: RunPurpose): string | null {
  if (flashback === undefined)
    return table.length > 0 || database !== undefined ? '--table and --database go with --flashback.' : null
  const moments = flashback.split('..')
  if (moments.length !== 2 || !moments.every(isMoment))
    return `--flashback=${flashback} is not two moments: write FROM..UNTIL, each a place of the binlog (binlog.000004:1234) or a time in UTC (2026-11-24T03:01:12Z).`
  if (table.length === 0) return '--flashback wants --table: only rows of tables that are named are taken back.'
  if (purpose.kind === 'undo') return '--flashback does not go with undo: what a run took back is written again.'
  if (flags.restore !== undefined) return '--flashback does not go with --restore: one of them at a time.'
  return flags.preserveData === true
    ? '--flashback does not go with --preserve-data, which writes to no database.'
    : null
}

function contradictionIn(flags: Flags, purpose: RunPurpose): string | null {
  if (purpose.kind === 'undo' && flags.configuration === 'recorded')
    return '--configuration does not go with undo: what the run replaced comes back as it was configured.'
  if (purpose.kind === 'undo' && flags.restore !== undefined)
    return '--restore does not go with undo: what a run restored is taken back from what it kept.'
  if (flags.restore !== undefined && flags.preserveData === true)
    return '--restore does not go with --preserve-data, which writes to no database.'
  const amiss = flashbackAmiss(flags, purpose)
  if (amiss !== null) return amiss
  if (flags.restore === undefined && flags.replay !== undefined) return '--replay goes with --restore.'
  if (typeof flags.replay === 'string' && !isMoment(flags.replay))
    return `--replay=${flags.replay} names no moment: write a place of the binlog (binlog.000004:1234) or a time in UTC (2026-11-24T03:01:12Z).`
  if (flags.restore === undefined && !flags.salvage) return '--no-salvage goes with --restore.'
  if (flags.breakLock !== undefined && (flags.reason ?? '').trim() === '') {
    return `--break-lock ${flags.breakLock} wants --reason: whoever comes back to the lost bastion has to read why.`
  }
  if (flags.confirmPlan !== undefined && flags.headless !== true && process.stdin.isTTY === true) {
    return '--confirm-plan goes with --headless: on a terminal the plan is approved in its dialog.'
  }
  return null
}
