import type { Evidence } from '../../../outcome.ts'
import type { Session } from '../session.ts'
import { Refused } from '../trouble.ts'
import { patiently } from './patiently.ts'

/** What lets readers and writers go on, best first; the last is whatever the server does by itself. */
const ways = ['ALGORITHM=INSTANT', 'ALGORITHM=INPLACE, LOCK=NONE', null] as const

/** ER_ALTER_OPERATION_NOT_SUPPORTED, ..._REASON, and for what takes no such clause a syntax error or a clash of clauses. */
const notSo: ReadonlySet<number> = new Set([1845, 1846, 1064, 1221, 1235])

/** Carries a statement out in the gentlest way the server takes; a refused way has changed nothing. Gives which it was. */
export async function online(session: Session, sql: string, tag: string, evidence: Evidence): Promise<string> {
  for (const way of isAlter(sql) ? ways : ([null] as const)) {
    const text = way === null ? sql : `${sql}\n, ${way}`
    try {
      evidence(text)
      await patiently(evidence, () => session.run(`${tag} ${text}`))
      return way ?? 'as the server does it'
    } catch (error) {
      if (way === null || !(error instanceof Refused) || !notSo.has(error.errno)) throw error
      evidence(`not ${way}: ${error.message}`)
    }
  }
  throw new Error('unreachable: the last way is taken or thrown')
}

function isAlter(sql: string): boolean {
  return /^\s*ALTER\s+TABLE\b/i.test(sql) && !/\b(ALGORITHM|LOCK)\s*=|\bPARTITION/i.test(sql)
}
