import type { RunContext } from '../../../../permit.ts'
import { conflicts } from '../../../names.ts'
import { jsonOf, keyText, of, onKeys } from '../../columns.ts'
import { quoteName } from '../../names.ts'
import { isBack, sameIn } from '../../restore/shape.ts'
import type { Session } from '../../session.ts'
import { rowDigest } from '../seal.ts'
import { isAsInBackup, type Back } from './salvage-rows.ts'

/** Whatever of what was written since does not stand in the restored table now, and every value it has no column for. */
export async function keepConflicts(session: Session, back: Back, { run }: RunContext): Promise<number> {
  const rows = back.shape.keys.length === 0 ? await byContent(session, back, run) : await byKey(session, back, run)
  let values = 0
  const { keys, common, lacking, table } = back.shape
  const typed = common.filter(({ name }) => keys.includes(name))
  for (const column of lacking) {
    const { name, plain } = column
    const key = keys.length === 0 ? "CONCAT('row ', ROW_NUMBER() OVER ())" : keyText(typed, 'o')
    values += await session.run(
      `${into} SELECT ?, ?, LEFT(CONCAT(${key}, ?), 500), 'no column', ${jsonOf([column], 'o')}, NULL FROM ${back.behind} o WHERE NOT (${plain})`,
      run,
      table,
      ` ${name}`,
    )
  }
  return rows + values
}

const into = `INSERT INTO ${quoteName(conflicts)} (run, tbl, row_key, why, archived, present)`

async function byKey(session: Session, back: Back, run: string): Promise<number> {
  const { shape, behind, restored, since } = back
  const { keys, common, lacking, table, collations } = shape
  const [first = ''] = keys
  const typed = common.filter(({ name }) => keys.includes(name))
  const there = `${of(first, 't')} IS NOT NULL`
  const why = `CASE
      WHEN s._astern_how = 'inserted' THEN IF(${there}, 'taken', 'does not fit')
      WHEN NOT (${there}) THEN 'deleted since'
      WHEN NOT (${isAsInBackup(common)}) THEN 'changed since'
      ELSE IF(s._astern_how = 'deleted', 'referred to', 'does not fit') END`
  return session.run(
    `${into} SELECT ?, ?, ${keyText(typed, 's')}, ${why},
        IF(s._astern_how = 'deleted', '{}', ${jsonOf([...common, ...lacking], 'o')}), IF(${there}, ${jsonOf(common, 't')}, NULL)
      FROM ${since} s LEFT JOIN ${behind} o ON ${onKeys(keys, 's', 'o', collations)} LEFT JOIN ${restored} t ON ${onKeys(keys, 's', 't', collations)}
      WHERE ${staysBehind(shape)}`,
    run,
    table,
  )
}

/** For whoever takes the restore back: what returned stands in both. */
export async function noteReturned({ run }: Session, { shape, behind, restored, since }: Back): Promise<void> {
  const { keys, common, collations } = shape
  await (keys.length === 0
    ? run(
        `UPDATE ${since} SET ${isBack} = 1 WHERE _astern_how = 'inserted' AND EXISTS (SELECT 1 FROM ${restored} t WHERE ${rowDigest(common, 't')} = _astern_was)`,
      )
    : run(
        `UPDATE ${since} s LEFT JOIN ${behind} o ON ${onKeys(keys, 's', 'o', collations)} LEFT JOIN ${restored} t ON ${onKeys(keys, 's', 't', collations)} SET s.${isBack} = 1 WHERE NOT (${staysBehind(shape)})`,
      ))
}

function staysBehind({ keys: [first = ''], common }: Back['shape']): string {
  const there = `${of(first, 't')} IS NOT NULL`
  return `IF(s._astern_how = 'deleted', ${there}, NOT (${there}) OR NOT (${sameIn(common, 'o', 't')}))`
}

/** Without a key: what was deleted cannot be told from its like, and what the schema refused stayed behind as a whole. */
async function byContent(session: Session, { shape, behind, restored, since }: Back, run: string): Promise<number> {
  const { common } = shape
  const deleted = await session.run(
    `${into} SELECT ?, ?, CONCAT(_astern_n, ' rows ', _astern_was), 'no key', '{}', NULL FROM ${since} WHERE _astern_how = 'deleted'`,
    run,
    shape.table,
  )
  const left = await session.run(
    `${into} SELECT ?, ?, CONCAT(_astern_n, ' rows ', _astern_was), 'does not fit', (SELECT ${jsonOf(common, 'o')} FROM ${behind} o WHERE ${rowDigest(common, 'o')} = _astern_was LIMIT 1), NULL
      FROM ${since} WHERE _astern_how = 'inserted' AND (SELECT COUNT(*) FROM ${behind} o WHERE ${rowDigest(common, 'o')} = _astern_was) > (SELECT COUNT(*) FROM ${restored} t WHERE ${rowDigest(common, 't')} = _astern_was)`,
    run,
    shape.table,
  )
  return deleted + left
}
