import type { Check, FlowStep } from '../../state/check.ts'
import type { Fault } from '../../state/fault.ts'
import { houseStep } from '../../state/house-steps.ts'
import type { RehearsedService } from '../../state/manifest.ts'
import { tiers } from '../../state/planner/order.ts'
import type { RehearsedRelease } from '../../state/rehearsal.ts'
import { isOfTheRoom, type Came } from '../../state/room-verdict.ts'
import type { RoomCommand } from '../../state/room-command.ts'
import { runChecks } from '../checks/run-checks.ts'
import { runStep } from '../engine/step.ts'
import type { Rehearsing } from './rehearsing.ts'

type Instance = { readonly host: string; readonly release: string; readonly digest: string }
type Room = { readonly name: string; readonly clones: Readonly<Record<string, string>> }
/** `misses`: what a release was asked and did not do, by its name; null: it did not come to be asked. */
type Found = { readonly release: RehearsedRelease; readonly misses: readonly string[] | null }

const [readyMs, askMs, stepMs] = [60_000, 20_000, 180_000]

/**
 * The target's services on clones with today's schema, and what their checks say. Where they fail, what runs now is tried the same
 * way: if that fails too, the room is amiss, and nothing was shown of the target.
 */
export async function onTodaysSchema(work: Rehearsing, clones: Room['clones']): Promise<RehearsedRelease | null> {
  const { manifest, plan, facts, clone } = work
  if (manifest.rehearsal === undefined) return null
  const now = Object.fromEntries(Object.entries(facts.services).map(([key, { observed }]) => [key, observed]))
  const target = await tried(work, { name: `${clone}_t`, clones }, plan.target.services)
  if (target.release.verdict !== 'failed') return target.release
  const control = await tried(work, { name: `${clone}_c`, clones }, now)
  if (!isOfTheRoom(cameOf(target), cameOf(control))) return target.release
  const why = `what runs now does not pass there either (${control.release.failed.join('; ')})`
  return { ...target.release, verdict: 'inconclusive', failed: [...target.release.failed, why] }
}

function cameOf({ release, misses }: Found): Came {
  return { started: release.started.length, misses }
}

type Releases = Readonly<Record<string, { readonly release: string | null; readonly digest: string | null }>>

async function tried(work: Rehearsing, room: Room, releases: Releases): Promise<Found> {
  try {
    return await inRoom(work, room, releases)
  } finally {
    await attempt(work, 'clear', { kind: 'room.clear', room: room.name })
  }
}

async function inRoom(work: Rehearsing, room: Room, releases: Releases): Promise<Found> {
  const declared = work.manifest.rehearsal?.services ?? {}
  const [started, places]: [string[], Map<string, string>] = [[], new Map()]
  const inconclusive = (why: string): Found => ({
    release: { verdict: 'inconclusive', started, checks: 0, failed: [why] },
    misses: null,
  })
  for (const service of tiers(work.manifest, Object.keys(declared)).flat()) {
    if (work.signal.aborted) return inconclusive('it was ended')
    const [one, instance] = [declared[service], instanceOf(work, service, releases)]
    if (one === undefined || instance === null) return inconclusive(`${service} has no release to be started`)
    const { env, port } = one
    const start = {
      kind: 'room.start',
      room: room.name,
      tenant: service,
      ...instance,
      env,
      clones: room.clones,
      port,
      readyMs,
    } as const
    const made = await attempt(work, `start.${service}`, start)
    if (made.fault?.code === 'room.not-started')
      return { release: { verdict: 'failed', started, checks: 1, failed: [made.fault.what] }, misses: null }
    if (made.fault !== null) return inconclusive(made.fault.what)
    started.push(service)
    const { host, port: at } = made.observed as { host: string; port: number | null }
    for (const origin of one.serves) places.set(origin, `http://${host}:${at ?? ''}`)
  }
  return judged(started, [...(await commands(work, room, declared)), ...(await checks(work, places))])
}

type Answer = { readonly what: string; readonly amiss: string | null; readonly must: boolean }

function judged(started: readonly string[], answers: readonly Answer[]): Found {
  const failed = answers.flatMap(({ what, amiss }) => (amiss === null ? [] : [`${what}: ${amiss}`]))
  const isFailed = answers.some(({ amiss, must }) => amiss !== null && must)
  const misses = answers.flatMap(({ what, amiss }) => (amiss === null ? [] : [what]))
  return { release: { verdict: isFailed ? 'failed' : 'passed', started, checks: answers.length, failed }, misses }
}

/** On the first of its hosts. */
function instanceOf({ manifest }: Rehearsing, service: string, releases: Releases): Instance | null {
  const host = manifest.services[service]?.hosts[0]
  const { release = null, digest = null } = releases[`${service}@${host ?? ''}`] ?? {}
  return host === undefined || release === null || digest === null ? null : { host, release, digest }
}

async function commands(
  work: Rehearsing,
  room: Room,
  declared: Readonly<Record<string, RehearsedService>>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const [service, { command: argv }] of Object.entries(declared)) {
    if (argv === undefined) continue
    const ask = { kind: 'room.ask', room: room.name, tenant: service, argv, timeoutMs: askMs } as const
    const { fault } = await attempt(work, `ask.${service}`, ask)
    answers.push({ what: argv[0] ?? service, amiss: fault?.what ?? null, must: true })
  }
  return answers
}

/** Those of the manifest that ask an origin which something in the room serves; all others would ask what serves. */
async function checks(
  { desk, manifest, signal }: Rehearsing,
  places: ReadonlyMap<string, string>,
): Promise<readonly Answer[]> {
  const own = manifest.checks.flatMap(check => inRoomOnly(check, places))
  if (own.length === 0) return []
  const results = await runChecks({
    checks: own,
    cell: desk.acts.cell,
    containers: desk.acts.containers,
    deadlineMs: manifest.timing.checksMs ?? 120_000,
    resolve: desk.resolve,
    mask: desk.mask,
    signal,
    onResult: () => undefined,
  })
  return results.map(({ name, verdict, severity, says }) => ({
    what: name,
    amiss: verdict === 'pass' || verdict === 'degraded' ? null : says,
    must: severity === 'must',
  }))
}

/** Without `when`: it is asked once. */
export function inRoomOnly(check: Check, places: ReadonlyMap<string, string>): readonly Check[] {
  const { when: _, ...rest } = check
  const { request } = check
  if (request.kind === 'http') {
    const there = moved(request, places)
    return there === null ? [] : [{ ...rest, request: there }]
  }
  if (request.kind !== 'flow') return []
  const steps = request.steps.map(step => movedStep(step, places))
  return steps.every(step => step !== null) ? [{ ...rest, request: { kind: 'flow', steps } }] : []
}

function movedStep(step: FlowStep, places: ReadonlyMap<string, string>): FlowStep | null {
  if (step.request.kind !== 'http') return null
  const request = moved(step.request, places)
  return request === null ? null : { ...step, request }
}

function moved<T extends { readonly url: string }>(question: T, places: ReadonlyMap<string, string>): T | null {
  for (const [origin, place] of places)
    if (question.url === origin || question.url.startsWith(`${origin}/`) || question.url.startsWith(`${origin}?`))
      return { ...question, url: place + question.url.slice(origin.length) }
  return null
}

async function attempt(
  { desk }: Rehearsing,
  what: string,
  command: RoomCommand,
): Promise<{ readonly observed: unknown; readonly fault: Fault | null }> {
  const step = { ...houseStep(`rehearsal.room.${what}`, 2, command), deadlineMs: stepMs }
  await runStep(desk, step)
  const state = desk.state().steps[step.id]
  return { observed: state?.observed ?? null, fault: state?.fault ?? null }
}
