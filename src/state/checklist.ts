import { failedBefore } from './check-change.ts'
import { impactOf } from './impact.ts'
import { spanText } from './times.ts'
import { isTry } from './command.ts'
import type { Step } from './plan.ts'
import { isCalledOff, reviewDue } from './review.ts'
import type { RunState } from './run-state.ts'
import { planSteps } from './steps.ts'

export type ItemState = 'open' | 'green' | 'red' | 'signed'
export type Item = { readonly id: string; readonly title: string; readonly state: ItemState; readonly evidence: string }
type Found = { readonly state: Exclude<ItemState, 'signed'>; readonly evidence: string }

/** The eight points. Each turns green by its evidence only; a person can sign one off, by name and reason, which shows. */
export function checklist(state: RunState): readonly Item[] {
  return items.map(({ id, title, judge }) => {
    const found = judge(state)
    const signed = state.signed[id]
    if (signed === undefined || found.state === 'green') return { id, title, ...found }
    return {
      id,
      title,
      state: 'signed',
      evidence: `signed off by ${signed.by}: ${signed.reason} (was: ${found.evidence})`,
    }
  })
}

/** By its evidence, or because a person answers for it. */
export function isDone({ state }: Pick<Item, 'state'>): boolean {
  return state === 'green' || state === 'signed'
}

export function checklistDone(state: RunState): boolean {
  return checklist(state).every(isDone)
}

const items: readonly { id: string; title: string; judge: (state: RunState) => Found }[] = [
  { id: 'rollback', title: 'Rollback completed', judge: rollbackCompleted },
  { id: 'services', title: 'All services restored to previous state', judge: servicesRestored },
  { id: 'database', title: 'Database consistency verified', judge: databaseConsistent },
  { id: 'checks', title: 'Smoke tests passed', judge: checksPassed },
  { id: 'impact', title: 'User impact minimized', judge: impactMinimized },
  { id: 'told', title: 'Stakeholders notified', judge: stakeholdersTold },
  { id: 'documented', title: 'Incident documented', judge: documented },
  { id: 'review', title: 'Post-mortem scheduled', judge: reviewScheduled },
]

const open = (evidence: string): Found => ({ state: 'open', evidence })
const green = (evidence: string): Found => ({ state: 'green', evidence })
const red = (evidence: string): Found => ({ state: 'red', evidence })

function isProof(step: Step): boolean {
  return step.command.kind === 'service.prove' || step.command.kind === 'database.prove'
}

/** Effects and health; the proofs have items of their own. */
function rollbackCompleted(state: RunState): Found {
  const purpose = state.plan?.plan.purpose.kind
  if (purpose === 'revision') return red(`the rollback was undone: ${state.plan?.why ?? ''}`)
  const back = state.plan?.plan.putBack ?? []
  if (back.length > 0) return red(`put back, and not rolled back: ${back.join(', ')}`)
  const all = planSteps(state)
  const steps = all.filter(step => !isProof(step))
  if (steps.length === 0) return open('no plan yet')
  const skipped = steps.filter(step => state.steps[step.id]?.status === 'skipped')
  const failed = steps.filter(step => state.steps[step.id]?.status === 'failed')
  if (failed.length > 0) return red(`failed: ${names(failed)}`)
  if (skipped.length > 0) return red(`skipped: ${names(skipped)}`)
  const done = steps.filter(step => ['ok', 'already'].includes(state.steps[step.id]?.status ?? ''))
  const figures = `${done.length} of ${steps.length} steps done${apart(all.length - steps.length)}`
  return done.length < steps.length ? open(figures) : green(`${figures}, to ${state.plan?.plan.target.version ?? ''}`)
}

/** With those that are done they come to the number of steps that the plan has. */
function apart(proofs: number): string {
  return proofs === 0 ? '' : `, ${proofs} proof${proofs === 1 ? '' : 's'} apart`
}

function servicesRestored(state: RunState): Found {
  const back = state.plan?.plan.putBack ?? []
  if (back.length > 0) return red(`${back.join(', ')} put back to ${state.plan?.plan.from ?? ''}: versions are mixed`)
  const proof = proofs(state, 'service.prove')
  if (proof.state !== 'green') return proof
  const left = state.plan?.plan.leftAside ?? []
  if (left.length > 0) return red(`${left.join(', ')} left as before by --service: versions are mixed`)
  const target = state.plan?.plan.target.services ?? {}
  for (const [key, signal] of Object.entries(state.signals)) {
    const wanted = target[key as keyof typeof target]
    if (wanted === undefined) continue
    if (signal.release !== null && signal.release !== wanted.release) {
      return red(`${key} runs ${signal.release}, not ${wanted.release}, since ${signal.at}`)
    }
    if (signal.state === 'unhealthy') return red(`${key} is unhealthy since ${signal.at}: ${signal.note}`)
  }
  return proof
}

function databaseConsistent(state: RunState): Found {
  const databases = Object.keys(state.run?.manifest.databases ?? {})
  if (state.plan !== null && databases.length === 0) return green('no database in this environment')
  return proofs(state, 'database.prove')
}

function proofs(state: RunState, kind: 'service.prove' | 'database.prove'): Found {
  const steps = planSteps(state).filter(step => step.command.kind === kind)
  if (steps.length === 0) return open('nothing proven yet')
  const states = steps.map(step => state.steps[step.id])
  const bad = states.find(step => step?.status === 'failed' || step?.fault != null)
  if (bad !== undefined) return red(bad.fault?.what ?? `${bad.id} failed`)
  const skipped = states.find(step => step?.status === 'skipped')
  if (skipped !== undefined) return red(`${skipped.id} was skipped: ${skipped.skipped?.reason ?? ''}`)
  const proven = states.filter(step => step?.status === 'ok' || step?.status === 'already')
  if (proven.length < steps.length) return open(`${proven.length} of ${steps.length} proven`)
  return green(proven.map(step => step?.says ?? '').join('; '))
}

function checksPassed(state: RunState): Found {
  const suite = state.suites.after
  if (suite === null || suite.running) return open('not run yet')
  const results = Object.values(suite.results)
  const must = results.filter(result => result.severity === 'must')
  const bad = must.filter(result => result.verdict === 'fail' || result.verdict === 'inconclusive')
  if (bad.length > 0) {
    const before = state.suites.baseline?.results ?? {}
    return red(bad.map(one => `${one.name}: ${one.says}${failedBefore(before[one.name], one)}`).join('; '))
  }
  if (must.length === 0) return red('no must check is declared, so nothing was shown')
  const passed = results.filter(result => result.verdict === 'pass' || result.verdict === 'degraded')
  return green(`${passed.length} of ${results.length} checks pass, all ${must.length} must checks among them`)
}

/** The number is the share of failed samples after the last step; its source the engine's own probes: of what users reach, where that is declared. */
function impactMinimized(state: RunState): Found {
  const users = impactOf(state)
  const keys = Object.entries(state.sums).filter(([key]) =>
    users.length > 0 ? key.startsWith('users:') : !key.startsWith('database:'),
  )
  const after = keys.reduce((sum, [, by]) => ({ n: sum.n + by.after.samples, bad: sum.bad + by.after.failures }), {
    n: 0,
    bad: 0,
  })
  const during = keys.reduce((sum, [, by]) => ({ n: sum.n + by.during.samples, bad: sum.bad + by.during.failures }), {
    n: 0,
    bad: 0,
  })
  if (after.n === 0 || state.suites.after === null || state.suites.after.running) return open('not measured yet')
  const what = users.length > 0 ? 'requests as users send them' : 'health probes'
  const down = users.map(({ name, downMs }) => `; ${name} was down for ${spanText(downMs)}`).join('')
  const figures = `${after.bad} of ${after.n} ${what} failed after the last step, ${during.bad} of ${during.n} during it${down}`
  if (after.bad > 0) return red(figures)
  const critical = Object.values(state.suites.after.results).filter(result => result.group === 'critical')
  const failing = critical.filter(result => result.verdict === 'fail')
  return failing.length > 0 && checksPassed(state).state === 'green'
    ? red(`${figures}; ${failing[0]?.name} fails`)
    : green(figures)
}

function stakeholdersTold(state: RunState): Found {
  const messages = Object.entries(state.messages)
  const channels = Object.keys(state.run?.manifest.notify ?? {})
  if (channels.length === 0) return red('no channel is declared')
  const status = (id: string): string => state.steps[`message.${id}`]?.status ?? 'waiting'
  const failed = messages.filter(([id]) => status(id) === 'failed' || status(id) === 'unknown')
  if (failed.length > 0)
    return red(
      failed
        .map(
          ([id, { command }]) =>
            `${command.channel}: ${state.steps[`message.${id}`]?.fault?.what ?? `not known to be sent (${command.delivery})`}`,
        )
        .join('; '),
    )
  const final = messages.filter(([, { command }]) => command.moment === 'resolved' || command.moment === 'failed')
  const sent = final.filter(([id]) => status(id) === 'ok' || status(id) === 'already')
  if (final.length === 0 || sent.length < final.length)
    return open(`${messages.length} messages drafted, the closing one not sent yet`)
  return green(`${messages.length} messages sent on ${channels.join(', ')}`)
}

function documented(state: RunState): Found {
  if (state.report !== null)
    return green(`${state.report.file}, ${state.report.bytes} bytes, sha256 ${state.report.sha256.slice(0, 12)}`)
  const fault = state.faults.find(({ code }) => code.startsWith('report.'))
  return fault === undefined ? open('not written yet') : red(fault.what)
}

function reviewScheduled(state: RunState): Found {
  const { review, calledOff } = state
  const fault = state.faults.find(({ code }) => code.startsWith('review.'))
  if (fault === undefined && review !== null && reviewDue(state) !== null)
    return open(isCalledOff(state) ? 'being called off' : 'being booked anew')
  if (calledOff !== null && isCalledOff(state)) return red(`called off by ${calledOff.by}: ${calledOff.reason}`)
  if (review !== null) return green(`${review.at}, owner ${review.owner}, ${review.file}`)
  return fault === undefined ? open('not booked yet') : red(fault.what)
}

function names(steps: readonly Step[]): string {
  return steps.map(step => step.title).join(', ')
}

/** Does the step change nothing, so that skipping it leaves nothing half-done? */
export function isReadOnly(step: Step): boolean {
  return isTry(step.command)
}
