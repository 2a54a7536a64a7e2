import type { Fault, Result } from '../../../../state/fault.ts'
import type { ProgramCommand } from '../../../../state/program-command.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { lastOf, outputLines } from '../../../programs/output.ts'
import type { Given, Left, ProgramEnd } from '../../../programs/port.ts'
import type { Answer, Engine } from '../engine.ts'
import { standingOf, type Inspected, type Standing } from '../find.ts'
import { engineOf, placeOf, type Fleet, type Place } from '../layout.ts'
import { outputOf } from '../logs.ts'
import { handsOn, made, Stopped, valueOf } from './hands.ts'
import { enginesWhileOurs } from './ours.ts'
import { programContainer, programName } from './program-container.ts'
import { ofRun } from './program-labels.ts'
import { targetFor, wantedFor } from './wanted.ts'

type Release = Extract<ProgramCommand['place'], { kind: 'release' }>

const lookMs = 300
const startMs = 60_000

/** A container of its own from the digest that applied the migration: made, started, waited for, read and removed. */
export async function runContainer(fleet: Fleet, release: Release, given: Given): Promise<ProgramEnd> {
  const place = placeOf(fleet, release)
  const ours = { ...fleet, engines: enginesWhileOurs(fleet.engines, given.permit) }
  const begun = await begin(placeOf(ours, release), release, given)
  return typeof begun === 'string' ? endOf(place.engine, begun, given.evidence) : begun
}

/** One that was left running is waited for. Null: nothing of it ever ran here. */
export async function containerEnded(
  fleet: Fleet,
  { host }: Release,
  command: ProgramCommand,
  context: RunContext,
): Promise<Result<Left | null>> {
  const engine = engineOf(fleet, host)
  const ended = await untilEnded(engine, programName(command, context))
  if (!ended.ok) return ended.status === 404 ? { ok: true, value: null } : ended
  const { Id, State } = ended.value
  if (State.Status === 'created') return { ok: true, value: null }
  const lines = outputLines(await outputOf(engine, Id))
  return { ok: true, value: { code: State.ExitCode, last: lastOf(lines) } }
}

/** Those of the run that have ended, on every host; one that cannot be removed now only takes room. */
export async function clearContainers(fleet: Fleet, context: RunContext, evidence: Evidence): Promise<void> {
  for (const engine of Object.values(fleet.engines)) {
    const listed = await engine.call('look for what programs left', (docker, abortSignal) =>
      docker.listContainers({ all: true, filters: { label: ofRun(context) }, abortSignal }),
    )
    for (const { Id, State } of listed.ok ? listed.value : [])
      if (State !== 'running') await discard(engine, Id, evidence)
  }
}

/** Its id, once it runs. */
async function begin(place: Place, release: Release, given: Given): Promise<string | ProgramEnd> {
  const { command, context, evidence } = given
  const hands = handsOn(place.engine, evidence)
  try {
    const standing = valueOf(await standingOf(place))
    const target = await targetFor(place, release)
    const wanted = await wantedFor(place, standing, sourceOf(place, standing, release), target)
    const name = programName(command, context)
    // What it had to say was read; one that runs is refused by the Engine, and nothing is begun twice.
    const left = await place.engine.call('look for what it left', docker => docker.getContainer(name).inspect())
    if (left.ok) await hands.remove(left.value)
    const id = await hands.create(name, programContainer(wanted, release, given))
    const started = await hands.does('start it', id, docker => docker.getContainer(id).start(), startMs)
    if (started.ok) return id
    if (started.status !== null) await discard(place.engine, id, evidence)
    made(started)
    return id
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    if (error.unknown) return { kind: 'unknown', fault: error.fault }
    return { kind: 'not begun', fault: notBegun(place, command, error.fault) }
  }
}

/** Whose networks, mounts and environment it gets: those of the container that ran this very image. */
function sourceOf(place: Place, { current, displaced }: Standing, { digest }: Release): Inspected {
  const all = [...(current === null ? [] : [current]), ...displaced]
  const source = all.find(({ Image }) => Image === digest) ?? all[0]
  if (source === undefined) throw new Stopped(noContainer(place))
  return source
}

async function endOf(engine: Engine, id: string, evidence: Evidence): Promise<ProgramEnd> {
  const ended = await untilEnded(engine, id)
  if (!ended.ok) return { kind: 'unknown', fault: ended.fault }
  const lines = outputLines(await outputOf(engine, id))
  for (const line of lines) evidence(line)
  await discard(engine, id, evidence)
  return { kind: 'ended', code: ended.value.State.ExitCode, last: lastOf(lines) }
}

/** `which`: its id or its name. */
async function untilEnded(engine: Engine, which: string): Promise<Answer<Inspected>> {
  for (;;) {
    const looked = await engine.call('look at the program', (docker, abortSignal) =>
      docker.getContainer(which).inspect({ abortSignal }),
    )
    if (!looked.ok || !looked.value.State.Running) return looked
    await pause()
  }
}

async function discard(engine: Engine, id: string, evidence: Evidence): Promise<void> {
  const answer = await engine.call('remove what the program ran in', docker =>
    docker.getContainer(id).remove({ v: true, force: false }),
  )
  evidence(answer.ok ? `removed (${id.slice(0, 12)})` : `not removed: ${answer.fault.what}`)
}

function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, lookMs)
  return promise
}

function noContainer({ name, host }: Place): Fault {
  return {
    code: 'program.no-container',
    what: `${host} has no container of ${name} whose networks the migration's program could use`,
    means: 'Nothing was begun: the database is as it was.',
    next: 'Reverse the migration by hand, then retry: what is reversed is seen.',
  }
}

function notBegun({ host }: Place, { argv }: ProgramCommand, fault: Fault): Fault {
  return {
    code: 'program.not-begun',
    what: `${argv[0] ?? ''} was not started in a container on ${host}: ${fault.what}`,
    means: 'The database is as it was.',
    next: 'Look at the cause, then retry; or reverse by hand and retry: what is reversed is seen.',
    ...(fault.detail === undefined ? {} : { detail: fault.detail }),
  }
}
