import { isMessageOver } from '../../house-steps.ts'
import { slug, type Proposal } from '../proposal.ts'
import { ofAttempt, type Seen } from '../seen.ts'

/** A step failed before it ended well, for a reason that no other rule answers. */
export function retried(now: Seen): readonly Proposal[] {
  const tries = Map.groupBy(now.attempts, ({ step }) => step)
  return [...tries].flatMap(([step, all]): readonly Proposal[] => {
    const last = all.at(-1)
    const failed = all.filter(({ outcome, fault }) => outcome === 'failed' && !answered.has(fault?.code ?? ''))
    const ended = last?.outcome === 'ok' || last?.outcome === 'already'
    const { command } = failed[0] ?? {}
    if (!ended || failed.length === 0 || command == null || command.kind === 'message.send') return []
    return [
      {
        id: `retried.${slug(step)}`,
        rule: 'retried',
        path: pathOf(command),
        change: { kind: 'look' },
        why: `${step} failed before it ended well: what made it fail will do so again.`,
        evidence: failed.map(attempt => ofAttempt(now, attempt, `attempt ${attempt.attempt}: ${attempt.says}`)),
      },
    ]
  })
}

/** By rules of their own. */
const answered: ReadonlySet<string> = new Set([
  'service.unhealthy',
  'database.lag',
  'database.behind',
  'database.stranger',
])

function pathOf(command: object): readonly string[] {
  if ('service' in command) return ['services', String(command.service)]
  if ('database' in command) return ['databases', String(command.database)]
  return 'host' in command ? ['hosts', String(command.host)] : []
}

/** A message was given up, or may not have arrived. */
export function channel(now: Seen, past: readonly Seen[]): readonly Proposal[] {
  return Object.keys(now.manifest.notify).flatMap((name): readonly Proposal[] => {
    const bad = [now, ...past].map(seen => troubleOn(seen, name))
    const here = bad[0] ?? []
    if (here.length === 0) return []
    const runs = bad.filter(one => one.length > 0).length
    return [
      {
        id: `channel.${slug(name)}`,
        rule: 'channel',
        path: ['notify', name],
        change: { kind: 'look' },
        why: `Messages did not reach ${name}${runs === 1 ? '' : `, in ${runs} runs`}: see what astern doctor --send-test says.`,
        evidence: bad.flat(),
      },
    ]
  })
}

function troubleOn(seen: Seen, name: string) {
  return Object.values(seen.state.steps).flatMap(({ id, command, status, fault }) => {
    if (command?.kind !== 'message.send' || command.channel !== name) return []
    const lost = status === 'unknown' || (status === 'failed' && isMessageOver(seen.state, id.replace('message.', '')))
    if (!lost) return []
    const last = seen.attempts.findLast(({ step }) => step === id)
    const says = `${command.moment}: ${status === 'unknown' ? 'it may not have arrived' : (fault?.what ?? 'given up')}`
    return last === undefined ? [] : [ofAttempt(seen, last, says)]
  })
}
