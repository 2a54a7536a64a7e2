import { randomUUID } from 'node:crypto'
import type { Fault, Result } from '../../state/fault.ts'
import { houseStep } from '../../state/house-steps.ts'
import { wentWell, type Rehearsal } from '../../state/rehearsal.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import type { Desk } from './desk.ts'
import { gatherFacts } from './gather.ts'
import { meantBy } from './meant.ts'
import { runStep } from './step.ts'

/** Any one is enough for a plan. */
const keepers = 3
const lookMs = 500

/**
 * The plan that waits, on a clone; what was found is kept at the hosts, and the plan made again with it. Approved or withdrawn meanwhile,
 * nothing more is begun there, and the clone goes.
 */
export async function rehearsePlan(desk: Desk): Promise<void> {
  const { run, plan: held } = desk.state()
  if (run === null || held === null) return
  const waits = (): boolean => desk.state().plan?.hash === held.hash && desk.state().plan?.approved === null
  const { manifest, options, by } = run
  const facts = await gatherFacts(manifest, desk.acts, desk.mask, desk.now, meantBy(options))
  const clone = `${desk.context.run}_${randomUUID().slice(0, 4)}`
  const who = desk.state().helm.holder?.name ?? by.name
  const over = new AbortController()
  const look = (): void => {
    if (!waits()) over.abort()
  }
  look()
  const watch = setInterval(look, lookMs)
  const work = { desk, manifest, facts, plan: held.plan, by: who, clone, signal: over.signal }
  const found = await rehearse(work).finally(() => clearInterval(watch))
  const { outcome, says } = over.signal.aborted
    ? { outcome: 'failed' as const, says: 'the rehearsal was ended: its plan does not wait any more' }
    : await told(desk, found)
  const ended = { kind: 'rehearsal.ended', hash: held.hash, outcome, says } as const
  await desk.write(outcome === 'kept' && waits() ? [ended, { kind: 'plan.withdrawn', hash: held.hash }] : [ended])
}

async function told(
  desk: Desk,
  found: Result<Rehearsal>,
): Promise<{ readonly outcome: 'kept' | 'failed'; readonly says: string }> {
  if (!found.ok)
    return { outcome: 'failed', says: desk.mask(`not rehearsed: ${found.fault.what}. ${found.fault.next}`) }
  const fault = await keep(desk, found.value)
  if (fault !== null) return { outcome: 'failed', says: `rehearsed, and not kept: ${fault.what}` }
  return {
    outcome: 'kept',
    says: wentWell(found.value) ? 'rehearsed: it went well' : 'rehearsed: something speaks against it',
  }
}

async function keep(desk: Desk, rehearsal: Rehearsal): Promise<Fault | null> {
  const hosts = Object.keys(desk.state().run?.manifest.hosts ?? {}).sort()
  for (const host of hosts.slice(0, keepers)) {
    const step = houseStep(`rehearsal.${host}.keep`, 2, { kind: 'rehearsal.keep', host, rehearsal })
    await runStep(desk, step)
    const fault = desk.state().steps[step.id]?.fault ?? null
    if (fault !== null) return fault
  }
  return null
}
