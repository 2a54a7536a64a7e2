import type { RunContext } from '../../../permit.ts'
import { marks } from '../../names.ts'
import { quoteName } from '../names.ts'
import type { Session } from '../session.ts'

export async function ensureMarks({ run }: Session): Promise<void> {
  await run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(marks)} (run VARCHAR(64) NOT NULL, mark VARCHAR(250) NOT NULL, done TINYINT NOT NULL, fp CHAR(32), at VARCHAR(30) NOT NULL, PRIMARY KEY (run, mark)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

/** Inside a transaction of the work it stands for. */
export async function markDone({ run: send }: Session, { run }: RunContext, mark: string, at: string): Promise<void> {
  await send(
    `INSERT INTO ${quoteName(marks)} (run, mark, done, at) VALUES (?, ?, 1, ?) ON DUPLICATE KEY UPDATE done = 1, at = VALUES(at)`,
    run,
    mark,
    at,
  )
}

/** Before what commits by itself. */
export async function markBegun(
  { run: send }: Session,
  { run }: RunContext,
  mark: string,
  before: string,
  at: string,
): Promise<void> {
  await send(`INSERT INTO ${quoteName(marks)} (run, mark, done, fp, at) VALUES (?, ?, 0, ?, ?)`, run, mark, before, at)
}

/** What was begun did not happen. */
export async function unmark({ run: send }: Session, { run }: RunContext, mark: string): Promise<void> {
  await send(`DELETE FROM ${quoteName(marks)} WHERE run = ? AND mark = ? AND done = 0`, run, mark)
}
