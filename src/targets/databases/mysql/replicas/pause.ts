import { setTimeout as pause } from 'node:timers/promises'
import type { Follower } from '../../../../state/database-facts.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import type { MysqlConfig } from '../config.ts'
import { followers } from './followers.ts'

const pollMs = 1000
const patienceMs = 300_000

/**
 * Nothing more is written while a declared replica is far behind: what reads there would read the past, and what is written now puts it
 * further back. One that does not replicate at all is told, and not waited for. Gives why it was waited for in vain.
 */
export async function untilTheyFollow(config: MysqlConfig, evidence: Evidence): Promise<Fault | null> {
  if ((config.database.replicas ?? []).length === 0) return null
  const mostSeconds = (config.database.maxLagMs ?? 10_000) / 1000
  const began = performance.now()
  for (let said = ''; ; ) {
    const all = await followers(config, config.database.account)
    const late = all.filter(({ seconds }) => seconds !== null && seconds > mostSeconds)
    const now = all.filter(one => late.includes(one) || one.amiss !== null).map(followerWords)
    if (now.join() !== said) evidence(`replicas: ${now.join('; ') || 'they follow'}`)
    said = now.join()
    if (late.length > 0)
      config.say?.({ pauses: `waits: ${late.map(followerWords).join('; ')}, ${mostSeconds} s allowed` })
    if (late.length === 0) return null
    if (performance.now() - began > patienceMs) return tooLate(config.name, late)
    await pause(pollMs)
  }
}

export function followerWords({ place, seconds, amiss }: Follower): string {
  return amiss === null ? `${place} is ${seconds ?? '?'} s behind` : `${place}: ${amiss}`
}

function tooLate(name: string, late: readonly Follower[]): Fault {
  return {
    code: 'database.lag',
    what: `Replicas of database ${name} have been too far behind for five minutes: ${late.map(followerWords).join('; ')}`,
    means: 'Nothing was begun: what is written now would put them further back.',
    next: 'Retry once they follow; or raise max_lag in astern.yaml, or take them out of replicas.',
  }
}
