import { randomUUID } from 'node:crypto'
import { gatherFacts } from '../runners/engine/gather.ts'
import { makePlan } from '../runners/engine/planning.ts'
import { meantBy } from '../runners/engine/meant.ts'
import { rehearse } from '../runners/rehearsal/rehearse.ts'
import type { Facts } from '../state/facts.ts'
import type { Fault } from '../state/fault.ts'
import type { Plan } from '../state/plan.ts'
import { wentWell, type Rehearsal } from '../state/rehearsal.ts'
import { rehearsalLines } from '../state/rehearsal-lines.ts'
import type { Desk } from '../runners/engine/desk.ts'
import { openEnvironment, type Environment } from './environment.ts'
import { errand, openErrand } from './errand.ts'
import { exitCode } from './exit-codes.ts'
import { liveRun } from './live-run.ts'
import type { Flags } from './flags.ts'
import { whoAmI } from './person.ts'
import { codeOf } from './preflight.ts'
import { planOptions } from './rollback.ts'
import { answer, answerJson, talk, tell } from './talk.ts'

/** What it found is kept on so many hosts: any one is enough for a plan. */
const keepers = 3

/** The way back that a rollback would propose now, tried on clones. Exit 1 where something speaks against it. */
export async function rehearseNow(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags, true)
  if (environment === null) return exitCode.usage
  const live = await liveRun(environment)
  if (live !== null) {
    talk(
      `astern: run ${live.run} of ${live.who} is live since ${live.since}: nothing is rehearsed beside it. Rehearse when it is closed.`,
    )
    return exitCode.refused
  }
  const ended = new AbortController()
  const stop = (): void => {
    talk('astern: ends, and drops the clone. A statement that is at work there is waited for.')
    ended.abort()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const tried = await asErrand(environment, flags, ended.signal)
  process.off('SIGINT', stop).off('SIGTERM', stop)
  if ('code' in tried) return (tell(tried), codeFor(tried))
  return told(environment, tried, flags)
}

async function asErrand(environment: Environment, flags: Flags, signal: AbortSignal): Promise<Tried | Fault> {
  const opened = await openErrand(environment, 'rehearse')
  if (!opened.ok) return opened.fault
  const { desk, end } = opened.value
  const tried = await tryIt(environment, flags, desk, signal)
  tellClonesLeft(desk)
  await end('code' in tried ? 'short' : 'reached', 'code' in tried ? tried.what : 'rehearse')
  return tried
}

/** `rehearsal` null: there is nothing to reverse. */
type Tried = { readonly rehearsal: Rehearsal | null; readonly plan: Plan }

async function tryIt(
  { manifest, secrets }: Environment,
  flags: Flags,
  desk: Desk,
  signal: AbortSignal,
): Promise<Tried | Fault> {
  const options = planOptions(flags)
  const facts: Facts = await gatherFacts(manifest, desk.acts, secrets.mask, desk.now, meantBy(options))
  const planned = await makePlan(manifest, facts, options, desk.acts)
  if (!planned.ok) return planned.fault
  const { plan } = planned
  if (plan.migrations.length === 0) return { rehearsal: null, plan }
  const clone = `${desk.context.run}_${randomUUID().slice(0, 4)}`
  const rehearsed = await rehearse({ desk, manifest, facts, plan, by: whoAmI().name, clone, signal })
  return rehearsed.ok ? { rehearsal: rehearsed.value, plan } : rehearsed.fault
}

/** What could not be dropped is said: the next rehearsal finds it too. */
function tellClonesLeft(desk: Desk): void {
  const left = Object.values(desk.state().steps).filter(({ id, fault }) => id.endsWith('.unclone') && fault !== null)
  for (const { fault } of left) if (fault !== null) tell(fault)
}

async function told(environment: Environment, { rehearsal, plan }: Tried, flags: Flags): Promise<number> {
  for (const blocker of plan.blockers) talk(`astern: a rollback would be blocked: ${blocker}`)
  if (rehearsal === null && plan.blockers.length > 0) return exitCode.short
  if (rehearsal === null) {
    if (flags.json === true) answerJson({ ok: true, rehearsal: null })
    else answer(`No migration came after ${plan.target.version}: there is nothing to rehearse.`)
    return exitCode.reached
  }
  const hosts = Object.keys(environment.manifest.hosts).sort().slice(0, keepers)
  const fault = await errand(
    environment,
    'rehearsal',
    hosts.map(host => ({ kind: 'rehearsal.keep', host, rehearsal })),
  )
  const ok = wentWell(rehearsal)
  if (flags.json === true) answerJson({ ok, rehearsal })
  else answer(rehearsalLines(rehearsal, plan.from).join('\n'))
  if (fault !== null) tell(fault)
  return ok && fault === null ? exitCode.reached : exitCode.short
}

const guards: ReadonlySet<string> = new Set(
  ['no-room', 'same-server', 'rights', 'namesake'].map(code => `rehearsal.${code}`),
)

function codeFor(fault: Fault): number {
  if (guards.has(fault.code)) return exitCode.refused
  return /^(?:rehearsal|database)\./.test(fault.code) ? exitCode.short : codeOf(fault)
}
