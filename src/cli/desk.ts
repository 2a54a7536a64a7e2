import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { basename, join } from 'node:path'
import { sha256 } from '../client/sha256.ts'
import { crashPoint } from '../runners/engine/crash.ts'
import type { Desk } from '../runners/engine/desk.ts'
import { sharedLooks } from '../runners/engine/shared-looks.ts'
import { openJournal, type Journal } from '../runners/journal/journal.ts'
import { openSecrets, type Secrets } from '../runners/secrets.ts'
import { engineActor } from '../state/actors.ts'
import type { Result } from '../state/fault.ts'
import type { Line } from '../state/event.ts'
import type { Manifest } from '../state/manifest.ts'
import { fold, replay } from '../state/reduce.ts'
import { openActs } from '../targets/acts.ts'
import type { FaultAct } from '../targets/faults/port.ts'
import { targetMeans } from './environment.ts'
import { guardOutput } from './guard-output.ts'
import type { Opening } from './opening.ts'
import { ownEnvironment, withholdSecrets } from './own-environment.ts'
import { writers } from './writers.ts'

export type OpenDesk = {
  readonly desk: Desk
  readonly journal: Journal
  readonly before: readonly Line[]
  readonly secrets: Secrets
  readonly close: () => Promise<void>
}

export type OpenFaults = (manifest: Manifest, secrets: Secrets) => FaultAct

/**
 * The journal of a run opened for writing, its first line written if it is new, and the hands to act with. `faults`: of whoever leads
 * a drill.
 */
export async function openDesk(
  directory: string,
  opening: Opening,
  lockFd: number,
  faults?: OpenFaults,
): Promise<Result<OpenDesk>> {
  const secrets = openSecrets(ownEnvironment)
  guardOutput(secrets.mask)
  const run = basename(directory)
  const opened = await openJournal({
    directory,
    run,
    actor: engineActor,
    now,
    mono,
    boot: bootId(),
    hash: sha256,
    mask: secrets.mask,
  })
  if (!opened.ok) return opened
  const { journal } = opened.value
  const before = [...journal.lines]
  let state = replay(before)
  journal.onDurable(lines => {
    state = fold(state, lines)
  })
  if (state.run === null) await journal.append(opening.event, opening.actor)
  const manifest = manifestOf(state.run?.manifest, opening)
  withholdSecrets(manifest)
  const acts = openActs(manifest, targetMeans(secrets), lockFd, faults?.(manifest, secrets))
  const context = { run, environment: manifest.environment.name, directory, holder: holderOf(directory) }
  const desk: Desk = {
    journal,
    acts,
    context,
    lookAtLock: sharedLooks(
      command => acts.services.probe(command, context),
      ({ host }) => host,
    ),
    state: () => state,
    write: (events, actor) => journal.appendAll(events, actor),
    now,
    mono,
    hash: sha256,
    resolve: secrets.resolve,
    mask: secrets.mask,
    crash: crashPoint(process.env['ASTERN_CRASH_AT'], process.env['ASTERN_CRASH_LOG']),
    writers,
  }
  const close = async (): Promise<void> => {
    await Promise.all(
      [acts.rooms, acts.watch, acts.services, ...faultsOf(acts), ...Object.values(acts.databases)].map(target =>
        target.close(),
      ),
    )
    await journal.close()
  }
  return { ok: true, value: { desk, journal, before, secrets, close } }
}

/** The plan was approved against the manifest of the first line; the file is not read again. */
function manifestOf(journaled: Manifest | undefined, opening: Opening): Manifest {
  return journaled ?? opening.event.manifest
}

function faultsOf({ faults }: Desk['acts']): readonly FaultAct[] {
  return faults === null ? [] : [faults]
}

/** What tells this directory's engine from one that goes on with the same run elsewhere. */
function holderOf(directory: string): string {
  const file = join(directory, 'holder')
  try {
    writeFileSync(file, randomUUID(), { flag: 'wx', mode: 0o640 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFileSync(file, 'utf8')
}

function now(): Date {
  return new Date()
}

function mono(): number {
  return Math.round(uptime() * 1000)
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}
