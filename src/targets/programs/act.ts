import { join } from 'node:path'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import { programMark, type ProgramCommand } from '../../state/program-command.ts'
import { oneLine } from '../../state/text.ts'
import { clearContainers, containerEnded, runContainer } from '../services/docker/act/program.ts'
import type { Fleet } from '../services/docker/layout.ts'
import { placeOf, type ReleasesConfig } from '../services/releases/layout.ts'
import { clearJobs, jobEnded, runJob } from '../services/swarm/act/program.ts'
import type { Swarms } from '../services/swarm/layout.ts'
import type { Given, ProgramEnd, Programs } from './port.ts'
import { runHere } from './spawn.ts'

export type ProgramMeans = {
  readonly manifest: Manifest
  readonly fleet: Fleet
  readonly swarms: Swarms
  readonly releases: ReleasesConfig
  readonly resolve: (value: string) => Promise<string>
  readonly lockFd: number | null
}

/** In a container on a Docker host, as a job of a Swarm; everywhere else as a process of this machine. */
export function programsAct(means: ProgramMeans): Programs {
  const running = new Map<string, Promise<ProgramEnd>>()
  return {
    ended: async (command, context) => {
      await running.get(keyOf(command))
      const there = thereOf(means, command)
      if (there === null) return { ok: true, value: null }
      return there.kind === 'docker'
        ? containerEnded(means.fleet, there.release, command, context)
        : jobEnded(means.swarms, there.release, command, context)
    },
    run: async (command, permit, context, evidence) => {
      const env = await resolved(means, command)
      if ('code' in env) return { kind: 'not begun', fault: env }
      const lost = await permit.stillOurs()
      if (lost !== null) return { kind: 'not begun', fault: lost }
      const begun = begin(means, { command, env: env.values, permit, context, evidence })
      running.set(keyOf(command), begun)
      return begun
    },
    clear: async (context, evidence) => {
      await clearContainers(means.fleet, context, evidence)
      await clearJobs(means.swarms, context, evidence)
    },
  }
}

function keyOf(command: ProgramCommand): string {
  return `${command.database} ${programMark(command)}`
}

function begin(means: ProgramMeans, given: Given): Promise<ProgramEnd> {
  const { command, env, evidence } = given
  const there = thereOf(means, command)
  if (there?.kind === 'docker') return runContainer(means.fleet, there.release, given)
  if (there?.kind === 'swarm') return runJob(means.swarms, there.release, given)
  const { argv } = command
  const directory = directoryOf(means, command)
  evidence(`in ${directory}: ${argv.join(' ')}`)
  return runHere({ directory, argv, env, lockFd: means.lockFd }, evidence)
}

/** Null: it is a process of this machine. */
function thereOf({ manifest }: ProgramMeans, { place }: ProgramCommand) {
  if (place.kind !== 'release') return null
  const kind = manifest.hosts[place.host]?.kind
  return kind === 'docker' || kind === 'swarm' ? { kind, release: place } : null
}

function directoryOf({ releases }: ProgramMeans, { place }: ProgramCommand): string {
  if (place.kind === 'directory') return place.path
  return join(placeOf(releases, place).releases, place.release, place.directory ?? '')
}

/** A service's own environment first, where it is one of release directories; then what was declared for the command. */
async function resolved(
  { releases, resolve }: ProgramMeans,
  { place, env }: ProgramCommand,
): Promise<{ readonly values: Readonly<Record<string, string>> } | Fault> {
  const service = place.kind === 'release' ? releases.services[place.service]?.release?.env : undefined
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...service, ...env })) {
    try {
      values[name] = await resolve(value)
    } catch (error) {
      return noSecret(name, error)
    }
  }
  return { values }
}

function noSecret(name: string, error: unknown): Fault {
  return {
    code: 'program.no-secret',
    what: `${name} of the command that runs the migration's program is not known: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    means: 'Nothing was begun: the database is as it was.',
    next: 'Make it known to the shell that resumes the run (astern attach), then retry.',
  }
}
