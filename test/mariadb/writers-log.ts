import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'

/** One write as the writer says it: of which row, and its value now; null: it is gone. */
export type Said = {
  readonly at: number
  readonly table?: string
  readonly key?: string
  readonly value?: string | null
  readonly refused?: string
  readonly unsure?: { readonly table: string; readonly key: string; readonly value: string | null } | null
}

export type Writer = {
  readonly said: readonly Said[]
  readonly acknowledged: () => readonly Said[]
  readonly until: (holds: () => boolean) => Promise<void>
  /** Writes no more, and has said all. */
  readonly end: () => Promise<void>
  readonly kill: () => void
}

/** `given`: as writer.mjs takes it. */
export function startWriter(given: Readonly<Record<string, unknown>>): Writer {
  const child: ChildProcess = spawn(
    process.execPath,
    [resolve(import.meta.dirname, 'writer.mjs'), JSON.stringify(given)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  if (child.stdout === null) throw new Error('its output is not heard')
  const said: Said[] = []
  let heard = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  let isOver = false
  createInterface({ input: child.stdout })
    .on('line', line => {
      said.push(JSON.parse(line) as Said)
      heard.resolve()
      heard = Promise.withResolvers()
    })
    .on('close', () => {
      isOver = true
      heard.resolve()
      closed.resolve()
    })
  return {
    said,
    acknowledged: () => said.filter(({ table }) => table !== undefined),
    until: async holds => {
      while (!holds()) {
        if (isOver) throw new Error('the writer ended before that')
        await heard.promise
      }
    },
    end: async () => {
      child.stdin?.end()
      await closed.promise
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Of each table, by key, a value. */
export type Values = Readonly<Record<string, Record<string, string | null>>>

/** Which rows are other than they were, and how, by the writer's own log. */
export function netOf(log: readonly Said[], before: Values): Values {
  const net: Record<string, Record<string, string>> = Object.fromEntries(Object.keys(before).map(table => [table, {}]))
  for (const [table, rows] of Object.entries(lastWords(log, before)))
    for (const key of new Set([...Object.keys(rows), ...Object.keys(before[table] ?? {})])) {
      const [was, is] = [before[table]?.[key], rows[key]]
      if (was !== is)
        (net[table] ??= {})[key] = was === undefined ? 'inserted' : is === undefined ? 'deleted' : 'updated'
    }
  return net
}

/** As the rows stand after all that the log says. */
export function lastWords(log: readonly Said[], before: Values): Values {
  const rows = Object.fromEntries(Object.entries(before).map(([table, values]) => [table, { ...values }]))
  for (const { table, key, value } of log) {
    if (table === undefined || key === undefined || value === undefined) continue
    if (value === null) delete rows[table]?.[key]
    else (rows[table] ??= {})[key] = value
  }
  return rows
}
