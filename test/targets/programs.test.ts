import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Manifest } from '../../src/state/manifest.ts'
import type { ProgramCommand } from '../../src/state/program-command.ts'
import { programsAct } from '../../src/targets/programs/act.ts'
import type { ProgramEnd } from '../../src/targets/programs/port.ts'
import { until } from '../live/support.ts'
import { permitOf } from '../permit.ts'

const context = { run: 'r1', environment: 'shop', directory: '/nowhere', holder: 'h' }
let directory: string
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'astern-program-test-'))))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

test('a program gets the declared environment and nothing of the engine’s, and what it says is stripped', async () => {
  vi.stubEnv('SHOP_DB_PASSWORD', 'hush-hush')
  const told = await run(['sh', '-c', String.raw`env; printf '\033[31mred\033[0m\n\n'; echo last words >&2; exit 3`])
  const shells = ['PWD', 'SHLVL', '_', 'OLDPWD', 'HOME', 'LANG']
  const names = told.lines.flatMap(line => /^(\w+)=/.exec(line)?.[1] ?? []).filter(name => !shells.includes(name))
  expect(names.sort()).toEqual(['DATABASE_URL', 'PATH', 'PYTHONDONTWRITEBYTECODE'])
  expect(told.lines).toContain('DATABASE_URL=the secret')
  expect(told.lines.slice(-2)).toEqual(['red', 'last words'])
  expect(told.end).toMatchObject({ kind: 'ended', code: 3 })
})

test('one that cannot be started, or whose secret is not there, was not begun', async () => {
  const { end } = await run(['no-such-program'])
  expect(end).toMatchObject({ kind: 'not begun', fault: { code: 'program.not-begun' } })
  const missing = await run(['touch', 'made'], { DATABASE_URL: 'env:GONE' })
  expect(missing.end).toMatchObject({ kind: 'not begun', fault: { code: 'program.no-secret' } })
  expect(readdirSync(directory)).toEqual([])
})

test('one that is at work is waited for by whoever looks', async () => {
  const programs = opened()
  const command = commandOf(['sh', '-c', 'touch begun; until [ -e go ]; do sleep 0.05; done; touch done'])
  const running = programs.run(command, permitFor(command), context, () => undefined)
  await until(() => existsSync(join(directory, 'begun')), 'it is at work')
  const looking = programs.ended(command, context).then(() => existsSync(join(directory, 'done')))
  writeFileSync(join(directory, 'go'), '')
  expect([await looking, await running]).toEqual([true, { kind: 'ended', code: 0, last: '' }])
})

async function run(
  argv: readonly string[],
  env: ProgramCommand['env'] = { DATABASE_URL: 'env:URL' },
): Promise<{ readonly end: ProgramEnd; readonly lines: readonly string[] }> {
  const lines: string[] = []
  const command = commandOf(argv, env)
  const end = await opened().run(command, permitFor(command), context, line => lines.push(line))
  return { end, lines: lines.slice(1) }
}

function opened() {
  const manifest = { hosts: {}, services: {} } as unknown as Manifest
  const means = { fleet: { engines: {} }, releases: { services: {} } } as unknown as Parameters<typeof programsAct>[0]
  const resolve = (value: string): Promise<string> =>
    value === 'env:URL' ? Promise.resolve('the secret') : Promise.reject(new Error(`the secret ${value} is not there`))
  return programsAct({ ...means, manifest, resolve, lockFd: null })
}

function commandOf(argv: readonly string[], env: ProgramCommand['env'] = {}): ProgramCommand {
  const place = { kind: 'directory', path: directory } as const
  return { kind: 'database.program', database: 'main', direction: 'down', migration: '2', argv, env, place }
}

function permitFor(command: ProgramCommand) {
  return permitOf(command)
}
