import { existsSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import { expect } from 'vitest'
import { endable } from '../../src/state/blocked.ts'
import type { Ask } from '../../src/state/intent.ts'
import type { Trouble } from './drill-operator.ts'
import { until } from './support.ts'

/** What people do about a step that failed, with their own hands beside the console; and then the step is tried again. */

/** The host is waited for. */
export async function waitForHost({ gate, stage }: Trouble): Promise<Ask> {
  await expect.poll(() => isHostThere(stage), { timeout: 90_000 }).toBe(true)
  return retry(gate)
}

/** Whoever refuses each change of orders is looked for, and taken away. */
export async function dropTriggers({ gate, stage }: Trouble): Promise<Ask> {
  const { file, socket } = databaseOf(stage)
  if (existsSync(file)) {
    const database = new DatabaseSync(file, { timeout: 5000 })
    const named = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '_astern_drill_%'",
    )
    for (const { name } of named.all()) database.exec(`DROP TRIGGER "${String(name)}"`)
    database.close()
    return retry(gate)
  }
  const server = await createConnection({ socketPath: socket, user: 'root', database: 'shop' })
  const [rows] = await server.query("SHOW TRIGGERS WHERE `Trigger` LIKE '\\_astern\\_drill\\_%'")
  for (const { Trigger: name } of rows as { readonly Trigger: string }[]) await server.query(`DROP TRIGGER \`${name}\``)
  await server.end()
  return retry(gate)
}

/** Whoever holds the lock is looked for, and ended: by the gate, where the server tells; else by what the kernel knows. */
export async function endLockers({ gate, run, stage }: Trouble): Promise<Ask> {
  const { file } = databaseOf(stage)
  const blocked = run.steps[gate.step]?.fault?.blocked
  if (blocked !== undefined && endable(blocked).length > 0)
    return { kind: 'end sessions', step: gate.step, sessions: endable(blocked) }
  if (existsSync(file)) {
    const [pid = 0] = await until(() => {
      const pids = writersOf(file)
      return pids.length > 0 && pids
    }, 'the process that holds the lock')
    process.kill(pid, 'SIGKILL')
    await until(() => writersOf(file).every(other => other !== pid), 'it is gone')
  }
  return retry(gate)
}

function retry({ step }: Trouble['gate']): Ask {
  return { kind: 'retry', step }
}

function databaseOf({ standing: { root } }: Trouble['stage']): { readonly file: string; readonly socket: string } {
  return { file: join(root, 'data/shop.db'), socket: join(root, 'mariadb/socket') }
}

/** Of SQLite, who writes: that is a lock on one byte of the file that its processes share. */
function writersOf(file: string): readonly number[] {
  const inode = statSync(`${file}-shm`, { throwIfNoEntry: false })?.ino
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .flatMap(line => {
      const [, kind, , mode, pid, where, from] = line.trim().split(/\s+/)
      const writes = kind === 'POSIX' && mode === 'WRITE' && from === '120'
      return writes && where?.split(':')[2] === String(inode) ? [Number(pid)] : []
    })
    .filter(pid => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server.mjs'))
}

function isHostThere({ standing: { root, kind } }: Trouble['stage']): Promise<boolean> | boolean {
  if (kind === 'embedded') return existsSync(join(root, 'host', '.astern'))
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const asking = request({ socketPath: join(root, 'engine.sock'), path: '/_ping' }, answer => {
    answer.resume()
    resolve(answer.statusCode === 200)
  })
  asking.on('error', () => resolve(false))
  asking.end()
  return promise
}
