import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../../../../state/fault.ts'
import type { ProgramCommand } from '../../../../state/program-command.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { lastOf, outputLines } from '../../../programs/output.ts'
import type { Given, Left, ProgramEnd } from '../../../programs/port.ts'
import { made, Stopped } from '../../docker/act/hands.ts'
import { enginesWhileOurs } from '../../docker/act/ours.ts'
import { ofRun, whichProgram } from '../../docker/act/program-labels.ts'
import type { Answer, Engine } from '../../docker/engine.ts'
import { registryOf } from '../../docker/registry/ask.ts'
import { credentialsFor, secretsIn } from '../../docker/registry/credentials.ts'
import type { SwarmTask } from '../api.ts'
import { noJobs, noNode, programNotBegun } from '../faults.ts'
import { placeOf, type Place, type Swarms } from '../layout.ts'
import { outputOf } from '../logs.ts'
import { restored } from '../parking.ts'
import { isAlive, isEnded } from '../tasks.ts'
import { presentService } from './hands.ts'
import { jobOf } from './job.ts'
import { imageFor } from './point.ts'

type Release = Extract<ProgramCommand['place'], { kind: 'release' }>

const lookMs = 300
/** A node may have to pull its image first; one that suits is found at once. */
const placeMs = 60_000

/** A job of its own from the digest that applied the migration: made, waited for, read and removed. */
export async function runJob(swarms: Swarms, release: Release, given: Given): Promise<ProgramEnd> {
  const place = placeOf(swarms, release)
  const ours = { ...swarms, engines: enginesWhileOurs(swarms.engines, given.permit) }
  const begun = await begin(placeOf(ours, release), release, given)
  if (typeof begun !== 'string') return begun
  return endOf(place, begun, given.evidence)
}

/** One that was left running is waited for. Null: no node was ever given it. */
export async function jobEnded(
  swarms: Swarms,
  release: Release,
  command: ProgramCommand,
  context: RunContext,
): Promise<Result<Left | null>> {
  const { engine } = placeOf(swarms, release)
  const found = await jobNamed(engine, jobName(command, context))
  if (!found.ok) return found
  if (found.value === null) return { ok: true, value: null }
  for (;;) {
    const looked = await tasksOf(engine, found.value)
    if (!looked.ok) return looked
    const task = lastOfAll(looked.value)
    if (task === undefined || !wasGiven(task)) return { ok: true, value: null }
    if (isEnded(task)) {
      const lines = outputLines(await outputOf(engine, found.value))
      return { ok: true, value: { code: codeOf(task), last: lastWords(lines, task) } }
    }
    await sleep(lookMs)
  }
}

/** Those of the run that have ended; one that cannot be removed now only stands in a list. */
export async function clearJobs({ engines }: Swarms, context: RunContext, evidence: Evidence): Promise<void> {
  for (const engine of Object.values(engines)) {
    const listed = await engine.call('look for what programs left', (docker, abortSignal) =>
      docker.listServices({ filters: { label: ofRun(context) }, abortSignal }),
    )
    for (const { ID } of listed.ok ? listed.value : []) {
      const tasks = await tasksOf(engine, ID)
      if (tasks.ok && !tasks.value.some(isAlive)) await discard(engine, ID, evidence)
    }
  }
}

/** A service's name has 63 signs at most; the labels have it all. */
function jobName(command: ProgramCommand, { run }: RunContext): string {
  return `astern-program-${run.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 36)}-${whichProgram(command)}`
}

/** Its id, once the Swarm has taken it. */
async function begin(place: Place, release: Release, given: Given): Promise<string | ProgramEnd> {
  const { command, context, evidence } = given
  const { engine } = place
  try {
    await hasJobs(place)
    const service = await presentService(place)
    const image = await imageFor(place, service, release)
    const name = jobName(command, context)
    const left = await jobNamed(engine, name)
    if (!left.ok) throw new Stopped(left.fault)
    // What it had to say was read; one that is alive keeps its name, and nothing is begun twice.
    if (left.value !== null) await removeEnded(engine, left.value, evidence)
    const { account } = await credentialsFor(registryOf(image))
    for (const secret of secretsIn(account)) engine.hide(secret)
    evidence(`create the job ${name} from ${image}`)
    const job = jobOf(name, restored(service.Spec), image, release, given)
    const created = await engine.call(
      'create the job',
      docker => docker.createService(account as never, job as never) as unknown as Promise<{ readonly id: string }>,
    )
    return made(created).id
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    if (error.unknown) return { kind: 'unknown', fault: error.fault }
    return { kind: 'not begun', fault: programNotBegun(place, command.argv[0] ?? '', error.fault) }
  }
}

async function hasJobs({ engine, host }: Place): Promise<void> {
  const said = made(await engine.call('ask for its version', docker => docker.version()))
  const [major = 0, minor = 0] = said.ApiVersion.split('.').map(Number)
  if (major === 1 && minor < 41) throw new Stopped(noJobs(host, said.Version))
}

async function endOf(place: Place, id: string, evidence: Evidence): Promise<ProgramEnd> {
  const { engine } = place
  const began = performance.now()
  for (let told = ''; ; ) {
    const looked = await tasksOf(engine, id)
    if (!looked.ok) return { kind: 'unknown', fault: looked.fault }
    const task = lastOfAll(looked.value)
    if (task !== undefined && isEnded(task)) {
      const lines = outputLines(await outputOf(engine, id))
      for (const line of lines) evidence(line)
      await discard(engine, id, evidence)
      return { kind: 'ended', code: codeOf(task), last: lastWords(lines, task) }
    }
    const given = task !== undefined && wasGiven(task)
    const says = given ? `on node ${task.NodeID ?? ''}` : `waits for a node: ${task?.Status.Err ?? 'none has it yet'}`
    if (says !== told) evidence(says)
    told = says
    if (!given && performance.now() - began > placeMs)
      return { kind: 'unknown', fault: noNode(place, task?.Status.Err ?? '') }
    await sleep(lookMs)
  }
}

/** There is one. Should there be more, what is alive counts. */
function lastOfAll(tasks: readonly SwarmTask[]): SwarmTask | undefined {
  return tasks.find(isAlive) ?? tasks[0]
}

/** Of a container that never was, or was ended by a signal, there is no code of its own. */
function codeOf({ Status: { State, ContainerStatus } }: SwarmTask): number {
  return State === 'complete' ? 0 : (ContainerStatus?.ExitCode ?? 0) || 1
}

/** Its own; of one that said nothing, what its node says of it. */
function lastWords(lines: readonly string[], { Status: { State, Err } }: SwarmTask): string {
  return lines.length > 0 || State === 'complete' || Err === undefined ? lastOf(lines) : lastOf([Err])
}

/** Some node was told of it: it may have begun there. */
function wasGiven({ NodeID, Status: { State } }: SwarmTask): boolean {
  return (NodeID ?? '') !== '' && !['new', 'allocated', 'pending'].includes(State)
}

/** Null: there is none. */
async function jobNamed(engine: Engine, name: string): Promise<Result<string | null>> {
  const found = await engine.call('look at the job', docker => docker.getService(name).inspect())
  if (found.status === 404) return { ok: true, value: null }
  return found.ok ? { ok: true, value: (found.value as { readonly ID: string }).ID } : found
}

async function tasksOf(engine: Engine, id: string): Promise<Answer<readonly SwarmTask[]>> {
  const listed = await engine.call('look at the program', (docker, abortSignal) =>
    docker.listTasks({ filters: { service: [id] }, abortSignal }),
  )
  return listed as Answer<readonly SwarmTask[]>
}

async function removeEnded(engine: Engine, id: string, evidence: Evidence): Promise<void> {
  const tasks = made(await tasksOf(engine, id))
  if (!tasks.some(isAlive)) await discard(engine, id, evidence)
}

async function discard(engine: Engine, id: string, evidence: Evidence): Promise<void> {
  const answer = await engine.call('remove what the program ran in', docker => docker.getService(id).remove())
  evidence(answer.ok ? `removed (${id.slice(0, 12)})` : `not removed: ${answer.fault.what}`)
}
