import type { MysqlDatabase } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { step } from './steps.ts'

export function fenceStep(name: string, { writers, readers }: MysqlDatabase, needs: readonly string[]): Step {
  return step(`${name}.fence`, 4, { kind: 'database.fence', database: name, writers, readers }, needs, {
    leaves: 'nobody is at it but Astern and declared readers',
    undo: { kind: 'database.unfence', database: name },
    risk: 'disruptive',
    deadlineMs: 60_000,
    estimateMs: 1000,
  })
}

/** Nobody reads from a replica again before it has all of it. */
export function followSteps(name: string, { replicas = [] }: MysqlDatabase, after: readonly Step[]): readonly Step[] {
  if (replicas.length === 0) return []
  const ids = after.map(({ id }) => id)
  return [
    step(`${name}.follow`, 4, { kind: 'database.follow', database: name }, ids, {
      leaves: 'its replicas have all that was done',
      deadlineMs: 600_000,
    }),
  ]
}

export function unfenceStep(name: string, after: readonly Step[]): Step {
  return step(
    `${name}.unfence`,
    4,
    { kind: 'database.unfence', database: name },
    after.map(({ id }) => id),
    { leaves: 'the writers may come again' },
  )
}
