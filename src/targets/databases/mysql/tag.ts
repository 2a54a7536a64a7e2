import type { RunContext } from '../../permit.ts'
import type { Query } from '../query.ts'
import { processes, type Process } from './processes.ts'

/** Begins every statement Astern sends for a step, so that it is told from others' in the process list. */
export function tagOf({ run }: RunContext, mark: string): string {
  return `/* astern ${`${run} ${mark}`.replaceAll('*/', '* /')} */`
}

/**
 * Our own statement that a lost connection left behind: the server goes on with it. Null once it is not there. A statement
 * of the process list is cut at 64 kB, its beginning is always there.
 */
export async function stillRunning(query: Query, tag: string): Promise<Process | null> {
  return (await processes(query)).find(({ statement }) => statement?.startsWith(tag) === true) ?? null
}

/** The server goes on with a statement whose client is gone. */
export async function waitOut(query: Query, context: RunContext, mark: string): Promise<void> {
  const tag = tagOf(context, mark)
  while ((await stillRunning(query, tag)) !== null) {
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 300)
    await promise
  }
}
