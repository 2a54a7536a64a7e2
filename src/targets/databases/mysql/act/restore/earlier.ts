import { of, onKeys } from '../../columns.ts'
import { isBack, type Shape } from '../../restore/shape.ts'
import type { Session } from '../../session.ts'
import { rowDigest } from '../seal.ts'

type Noted = {
  /** What differs now from what is to return. */
  readonly since: string
  /** What differed when the restore that is taken back changed places. */
  readonly after: string
  readonly now: string
}

/**
 * What did not return after a restore differs ever since, and nobody wrote it: it is what the restore lost, and what is taken back
 * gives again. Where somebody did write to such a row, they never saw what returns: that is told as a conflict, by a digest that does not fit.
 */
export async function withoutEarlier(session: Session, shape: Shape, noted: Noted): Promise<void> {
  if (shape.keys.length === 0) await byContent(session, noted)
  else await byKey(session, shape, noted)
}

async function byKey(
  { run }: Session,
  { keys, common, collations }: Shape,
  { since, after, now }: Noted,
): Promise<void> {
  const [first = ''] = keys
  const digest = rowDigest(common, 'o')
  // The keys of each were copied from what was the backup then: now that is what returns, and before, what is there now.
  const as = {
    ...collations,
    ...(collations['t'] && { n: collations['t'] }),
    ...(collations['o'] && { e: collations['o'] }),
  }
  const earlier = `${since} n JOIN ${after} e ON ${onKeys(keys, 'n', 'e', as)}`
  await run(
    `DELETE n FROM ${earlier} LEFT JOIN ${now} o ON ${onKeys(keys, 'e', 'o', as)} WHERE e.${isBack} = 0 AND IF(e._astern_how = 'inserted', ${of(first, 'o')} IS NULL, e._astern_was = ${digest})`,
  )
  await run(
    `UPDATE ${earlier} SET n._astern_was = e._astern_was WHERE e.${isBack} = 0 AND n._astern_how IN ('updated', 'deleted')`,
  )
}

/** As many rows fewer as there were then, the other way round. */
async function byContent({ run }: Session, { since, after }: Noted): Promise<void> {
  const opposite = "IF(e._astern_how = 'inserted', 'deleted', 'inserted')"
  await run(
    `UPDATE ${since} n JOIN ${after} e ON n._astern_was = e._astern_was AND n._astern_how = ${opposite} SET n._astern_n = GREATEST(0, n._astern_n - e._astern_n) WHERE e.${isBack} = 0`,
  )
  await run(`DELETE FROM ${since} WHERE _astern_n = 0`)
}
