// Applies commands, and ends itself with SIGKILL before, or right after, it sends its nth statement to the server.
import { pathToFileURL } from 'node:url'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PromiseConnection } from 'mysql2/promise'

const { config, commands, kill, changes, run = 'r1' } = JSON.parse(process.argv[2])
const source = file => import(pathToFileURL(resolve(import.meta.dirname, '../../src', file)).href)
const { mysqlAct } = await source('targets/databases/mysql/act/act.ts')
const { permitOf } = await import('../permit.ts')

const { query } = PromiseConnection.prototype
let sent = 0
PromiseConnection.prototype.query = async function (...args) {
  // With `changes`, reads do not count: a crash after one is a crash before the next change.
  if (changes && /^\s*(?:\/\*.*?\*\/\s*)?(?:SELECT|SHOW|SET|USE|CHECK)\b/i.test(String(args[0])))
    return query.apply(this, args)
  sent += 1
  const mine = sent
  if (kill?.at === mine && kill.when === 'before') process.kill(process.pid, 'SIGKILL')
  const answer = query.apply(this, args)
  if (kill?.at === mine && kill.when === 'after sending') setImmediate(() => process.kill(process.pid, 'SIGKILL'))
  return answer
}

const act = mysqlAct({ ...config, resolve: async value => value, now: () => new Date() })
// The directory of whoever started it, who also removes it.
const directory = join(tmpdir(), `astern-run-${process.ppid}`)
const context = { run, environment: 'shop', directory, holder: 'h' }
for (const command of commands) {
  const permit = permitOf(command, { run })
  const outcome = await act.apply(command, permit, context, () => undefined)
  if (!outcome.ok) console.error(JSON.stringify(outcome.fault))
}
await act.close()
console.log(JSON.stringify({ sent }))
