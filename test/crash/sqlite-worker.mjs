// Holds a run's lock and has a long statement carried out: until it is killed.
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'

const { directory, config, command } = JSON.parse(process.argv[2])
const source = file => import(pathToFileURL(resolve(import.meta.dirname, '../../src', file)).href)
const { takeRunLock } = await source('runners/lock/run-lock.ts')
const { sqliteAct } = await source('targets/databases/sqlite/act.ts')
const { permitOf } = await import('../permit.ts')

const lock = await takeRunLock(directory, 0)
const act = sqliteAct({ ...config, lockFd: lock.value.fd, now: () => new Date() })
const context = { run: 'r1', environment: 'shop', directory, holder: 'h' }
const permit = permitOf(command)
await act.apply(command, permit, context, () => undefined)
