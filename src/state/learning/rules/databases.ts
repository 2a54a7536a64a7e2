import { ageOf } from '../../backup.ts'
import type { RunEvent } from '../../event.ts'
import type { MysqlDatabase } from '../../manifest.ts'
import { betweenMs } from '../../times.ts'
import { slug, type Proposal } from '../proposal.ts'
import { ofAttempt, ofEvent, type Seen } from '../seen.ts'

/** One a day, and the time it takes. */
const oldMs = 26 * 3_600_000

/** What could have been restored was older than a day, or nothing could. */
export function backupAge(now: Seen): readonly Proposal[] {
  const { facts, plan } = now.state
  return mysqlOf(now).flatMap(([name, declared]): readonly Proposal[] => {
    const same = { id: `backup-age.${slug(name)}`, rule: 'backup-age', path: ['databases', name, 'backups'] } as const
    const seen = facts?.databases[name]?.backups
    const newest = seen?.backups.find(({ amiss }) => amiss === null)
    const taken = newest?.finishedAt ?? newest?.begunAt ?? null
    const isFacts = (event: RunEvent): boolean => event.kind === 'facts.gathered'
    if (facts !== null && newest !== undefined && taken !== null && betweenMs(taken, facts.at) > oldMs) {
      const says = `the newest whole backup is ${newest.name}, ${ageOf(newest, facts.at) ?? ''} old`
      const why = `A restore of ${name} would have lost or salvaged more than a day: take backups more often.`
      return [{ ...same, change: { kind: 'look' }, why, evidence: [ofEvent(now, isFacts, says)] }]
    }
    if (seen !== undefined && newest === undefined) {
      const says = seen.amiss ?? 'no whole backup lies there'
      const why = `Nothing of ${name} could have been restored.`
      return [{ ...same, change: { kind: 'look' }, why, evidence: [ofEvent(now, isFacts, says)] }]
    }
    const oneWay = plan?.plan.migrations.find(
      ({ database, verdict }) => database === name && verdict === 'irreversible',
    )
    if (oneWay === undefined || declared.backups !== undefined) return []
    const says = `migration ${oneWay.version} has no way down: ${oneWay.why ?? ''}`
    const why = `${name} has migrations without a way down, and no backups are declared that it could be restored from.`
    const comment = `backups: { tool: mydumper, dir: DIRECTORY } # of ${name}, or mysqldump: what --restore takes`
    return [
      {
        ...same,
        change: { kind: 'suggest', comment },
        why,
        evidence: [ofEvent(now, event => event.kind === 'plan.proposed', says)],
      },
    ]
  })
}

/** Replicas kept the run waiting until it failed. A higher limit would let more be read that is past: whether, a person says. */
export function replicaLag(now: Seen): readonly Proposal[] {
  return mysqlOf(now).flatMap(([name]): readonly Proposal[] => {
    const hurt = now.attempts.filter(
      ({ command, fault }) =>
        command !== null &&
        'database' in command &&
        command.database === name &&
        (fault?.code === 'database.lag' || fault?.code === 'database.behind'),
    )
    if (hurt.length === 0) return []
    return [
      {
        id: `replica-lag.${slug(name)}`,
        rule: 'replica-lag',
        path: ['databases', name, 'max_lag'],
        change: { kind: 'look' },
        why: `Replicas of ${name} were too far behind: they are too slow, or max_lag is less than what is usual for them.`,
        evidence: hurt.map(attempt => ofAttempt(now, attempt, attempt.fault?.what ?? attempt.says)),
      },
    ]
  })
}

/** Rows or values left for good: nothing had kept them. */
export function rowsLost(now: Seen): readonly Proposal[] {
  const lost = (now.state.plan?.plan.atRisk ?? []).filter(({ archived, rows }) => !archived && rows > 0)
  return [...Map.groupBy(lost, ({ database }) => database)].map(([name, risks]): Proposal => {
    const words = risks.map(({ table, column, rows }) => `${table}${column === null ? '' : `.${column}`}: ${rows} rows`)
    return {
      id: `rows-lost.${slug(name)}`,
      rule: 'rows-lost',
      path: ['databases', name],
      change: { kind: 'look' },
      why: `A reversal of ${name} took rows away that nothing had kept: its migrations want a way down that keeps them.`,
      evidence: [ofEvent(now, event => event.kind === 'plan.proposed', words.join('; '))],
    }
  })
}

/**
 * Accounts that nobody declared: those that let a declared writer in are to be locked out with it, which keeps more out and
 * never less. Whose the others are, only a person knows.
 */
export function undeclaredWriters(now: Seen): readonly Proposal[] {
  return mysqlOf(now).flatMap(([name, { writers }]): readonly Proposal[] => {
    const { sideDoors = [], strangers = [], missingWriters = [] } = now.state.facts?.databases[name]?.server ?? {}
    const isFacts = (event: RunEvent): boolean => event.kind === 'facts.gathered'
    const path = ['databases', name, 'writers', 'accounts']
    const doors = sideDoors.filter(account => !writers.includes(account))
    const refused = now.attempts.filter(
      ({ command, fault }) =>
        command !== null && 'database' in command && command.database === name && fault?.code === 'database.stranger',
    )
    const others = [
      ...strangers.map(one => ofEvent(now, isFacts, one)),
      ...missingWriters.map(one => ofEvent(now, isFacts, `the server has no account ${one}`)),
      ...refused.map(attempt => ofAttempt(now, attempt, attempt.fault?.what ?? '')),
    ]
    return [
      ...(doors.length === 0 || writers.length === 0
        ? []
        : [
            {
              id: `undeclared-writers.${slug(name)}`,
              rule: 'undeclared-writers',
              path,
              change: { kind: 'set', was: writers, becomes: [...writers, ...doors] },
              why: `Writers of ${name} come in by ${doors.join(', ')} too, which nobody declared.`,
              evidence: [ofEvent(now, isFacts, `they let declared writers in: ${doors.join(', ')}`)],
            } as const,
          ]),
      ...(others.length === 0
        ? []
        : [
            {
              id: `strangers.${slug(name)}`,
              rule: 'undeclared-writers',
              path,
              change: { kind: 'look' },
              why: `Others were at ${name} than are declared: each is a writer (locked out), a reader (may stay), or misspelt.`,
              evidence: others,
            } as const,
          ]),
    ]
  })
}

function mysqlOf({ manifest }: Seen): readonly (readonly [string, MysqlDatabase])[] {
  return Object.entries(manifest.databases).flatMap(([name, declared]) =>
    declared.kind === 'mysql' ? [[name, declared] as const] : [],
  )
}
