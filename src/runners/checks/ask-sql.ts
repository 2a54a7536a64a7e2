import type { Question } from '../../state/check.ts'
import type { Asked } from './asked.ts'
import type { Asking } from './means.ts'

/** The first cell of what a session that can only read is answered. */
export async function askSql(
  { database, sql }: Extract<Question, { kind: 'sql' }>,
  { cell, timeoutMs }: Asking,
): Promise<Asked> {
  const began = performance.now()
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), timeoutMs)
  const answer = await Promise.race([cell(database, sql, timeoutMs), late]).finally(() => clearTimeout(timer))
  if (answer === 'late') return { verdict: 'fail', says: `no answer from ${database} in ${timeoutMs} ms` }
  if (!answer.ok) return { verdict: 'inconclusive', says: answer.fault.what }
  const latencyMs = Math.round(performance.now() - began)
  return { got: { body: String(answer.value), json: answer.value, cell: answer.value, latencyMs } }
}
