import type { Json } from './json.ts'
import { nameOf } from './restore-command.ts'
import type { RunState } from './run-state.ts'
import { planSteps } from './steps.ts'

export type Restored = {
  readonly database: string
  readonly backup: string
  /** Rows written since the backup. Null: their count is not known. */
  readonly written: number | null
  readonly returned: number
  /** Rows that came in from the binlog before; left out: it was not replayed. */
  readonly replayed?: number
  /** Per table, those that stay beside. */
  readonly left: readonly { readonly table: string; readonly rows: number }[]
  /** Former states of rows, kept by the server, that the backup had not. */
  readonly history?: number
}

/** Databases whose tables changed places with a backup's, and what became of what was written since. */
export function restoredOf(state: RunState): readonly Restored[] {
  return planSteps(state).flatMap(({ id, command }) => {
    if (command.kind !== 'database.swap' || command.direction !== 'in' || !isDone(state, id)) return []
    const { database } = command
    const captured = countsIn(state.steps[`${database}.capture`]?.observed)
    const salvaged = countsIn(state.steps[`${database}.salvage`]?.observed)
    const left = (captured ?? []).flatMap(({ table, of }) => {
      const back = salvaged?.find(one => one.table === table)?.of['returned'] ?? 0
      const rows = writtenIn(of) - back
      return rows > 0 ? [{ table, rows }] : []
    })
    return [
      {
        database,
        backup: backupOf(state, database),
        written: captured === null ? null : sum(captured.map(({ of }) => writtenIn(of))),
        ...replayedIn(state.steps[`${database}.replay`]?.observed),
        returned: sum((salvaged ?? []).map(({ of }) => of['returned'] ?? 0)),
        left,
        ...historyIn(captured ?? []),
      },
    ]
  })
}

export function restoredText(restored: Restored): string {
  const { database, backup, written, returned, left, replayed, history = 0 } = restored
  const from = replayed === undefined ? backup : `${backup} and ${replayed} rows of the binlog`
  if (written === null) return `${database} was restored from ${from}; what was written since is kept beside it`
  const behind = left.map(({ table, rows }) => `${rows} of ${table}`).join(', ')
  const rest =
    left.length === 0 ? '' : `; ${sum(left.map(({ rows }) => rows))} did not, and are kept beside it (${behind})`
  const states = history === 0 ? '' : `; ${history} former states of rows are kept beside it alone`
  return `${database} was restored from ${from}: of ${written} rows written since, ${returned} returned${rest}${states}`
}

function historyIn(captured: readonly Counts[]): Pick<Restored, 'history'> {
  const history = sum(captured.map(({ of }) => of['history'] ?? 0))
  return history === 0 ? {} : { history }
}

function replayedIn(observed: Json | undefined): Pick<Restored, 'replayed'> {
  return observed !== null && typeof observed === 'object' && 'rows' in observed
    ? { replayed: Number(observed['rows']) }
    : {}
}

function isDone({ steps }: RunState, id: string): boolean {
  const status = steps[id]?.status
  return status === 'ok' || status === 'already'
}

function backupOf(state: RunState, database: string): string {
  for (const { command } of planSteps(state))
    if (command.kind === 'database.load' && command.database === database) return nameOf(command.backup)
  return 'what was kept of it'
}

type Counts = { readonly table: string; readonly of: Readonly<Record<string, number>> }

/** As the steps that count and bring back told it; null: they did not. */
function countsIn(observed: Json | undefined): readonly Counts[] | null {
  if (!Array.isArray(observed)) return null
  return observed.flatMap((one: Json) => {
    if (one === null || typeof one !== 'object' || !('table' in one)) return []
    const of = Object.entries(one).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    return [{ table: String(one['table']), of: Object.fromEntries(of) }]
  })
}

function writtenIn({ inserted = 0, updated = 0, deleted = 0 }: Counts['of']): number {
  return inserted + updated + deleted
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
