import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineBytes } from '../../../src/state/chain.ts'
import type { RunEvent } from '../../../src/state/event.ts'
import { awkward, journal, opened, wholeRun, type Moment } from '../../reports/fixture.ts'
import { drillMoments, drillRun, sealed } from '../../state/drill/played.ts'

const astern = resolve(import.meta.dirname, '../../../bin/astern.mjs')

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'astern-completion-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('what a shell is told', () => {
  test('the runs of this home, newest first, and what each was for', async () => {
    run('1118-a', journal(wholeRun))
    run('1118-b', journal([[0, 'ana', { ...opened, purpose: { kind: 'undo', run: '1118-a' } } as RunEvent]]))
    run(drillRun, sealed(drillMoments, drillRun))
    expect(await asked('attach', '')).toEqual([
      `${drillRun}\tshop  drill dropped-column  2026-11-18T03:08  open`,
      '1118-b\tshop  undo of 1118-a  2026-11-18T03:10  open',
      '1118-a\tshop  rollback  2026-11-18T03:10  closed',
      ':36',
    ])
    expect(await asked('report', '--format=html', '1118-a')).toEqual([
      '1118-a\tshop  rollback  2026-11-18T03:10  closed',
      ':36',
    ])
    expect(await asked('drill', '--debrief', '')).toEqual([
      `${drillRun}\tshop  drill dropped-column  2026-11-18T03:08  open`,
      ':36',
    ])
  })

  test('the scenarios that Astern brings along; a file will do as well', async () => {
    expect(await asked('drill', 'dropped-')).toEqual(['dropped-column', 'dropped-link', ':32'])
    expect(await asked('drill', '--proxy', '')).toEqual([':32'])
  })

  test('each of its commands but the one it asks by', async () => {
    const help = (await execa(process.execPath, [astern, '--help'])).stdout
    const listed = [...help.slice(help.indexOf('\nCommands:')).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)
    const offered = (await asked('')).map(line => line.split('\t')[0])
    expect(offered).toEqual([...listed, ':36'])
    expect(offered).toContain('completion')
  })

  test('text from outside without control sequences, and no name that a shell would read as more than one', async () => {
    const strange: readonly Moment[] = [[0, 'ana', { ...opened, environment: awkward } as RunEvent]]
    run('1118-a', journal(strange))
    run('$(touch ran)', journal(wholeRun))
    run('-rf', journal(wholeRun))
    run('a b', journal(wholeRun))
    run('a\u001b[31m', journal(wholeRun))
    expect(await asked('attach', '')).toEqual([
      '1118-a\t<script>alert("x")</script> | `rm -rf` *bold* [a](javascript:1) & "q" second line  rollback  2026-11-18T03:10  open',
      ':36',
    ])
  })

  test('nothing of runs that cannot be read, and no error', async () => {
    run('1118-a', journal(wholeRun))
    for (const [name, text] of Object.entries({
      empty: '',
      cut: '{"v":1,',
      other: '{}\n',
      none: 'null\n',
      zeros: '\0\0\n',
    }))
      write(name, text)
    mkdirSync(join(root, 'runs', 'folder', 'journal.jsonl'), { recursive: true })
    expect(await asked('attach', '')).toEqual(['1118-a\tshop  rollback  2026-11-18T03:10  closed', ':36'])
  })

  test('nothing where there is no home', async () => {
    expect(await asked('attach', '')).toEqual([':36'])
    writeFileSync(join(root, 'runs'), 'a file')
    expect(await asked('attach', '')).toEqual([':36'])
  })

  test('and nothing is written for it, no lock either', async () => {
    run('1118-a', journal(wholeRun))
    const before = tree()
    await asked('attach', '')
    await asked('--config', '')
    expect(tree()).toEqual(before)
  })
})

test.each(['bash', 'zsh', 'fish'])('there is a script for %s', async shell => {
  const { stdout, stderr } = await execa(process.execPath, [astern, 'completion', shell])
  expect(stdout).toContain('astern complete -- ')
  expect(stderr).toBe('')
})

test('a shell that there is no script for is refused, with those that there are', async () => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [astern, 'completion', 'tcsh'], { reject: false })
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.')
})

/** The lines that `astern complete` prints; it may say nothing else. */
async function asked(...typed: readonly string[]): Promise<readonly string[]> {
  const env = { ASTERN_HOME: root, HOME: root, XDG_CACHE_HOME: join(root, 'cache') }
  const { stdout, stderr } = await execa(process.execPath, [astern, 'complete', '--', ...typed], {
    cwd: root,
    env,
    extendEnv: false,
  })
  expect(stderr).toBe('')
  return stdout.split('\n')
}

function run(name: string, lines: ReturnType<typeof journal>): void {
  write(name, lineBytes(lines))
}

function write(name: string, bytes: string | Uint8Array): void {
  const directory = join(root, 'runs', name)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'journal.jsonl'), bytes)
}

function tree(): readonly (readonly [path: string, changed: number])[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(path => [path, statSync(join(root, path)).mtimeMs] as const)
}
