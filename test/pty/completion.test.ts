import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineBytes } from '../../src/state/chain.ts'
import { journal, wholeRun } from '../reports/fixture.ts'
import { openPty, type Pty } from './pty.ts'

let root = ''
let bash: Pty
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'astern-tab-'))
  mkdirSync(join(root, 'bin'))
  symlinkSync(resolve(import.meta.dirname, '../../bin/astern.mjs'), join(root, 'bin', 'astern'))
  for (const name of ['1118-a', '1118-b', '1118-c']) {
    mkdirSync(join(root, 'runs', name), { recursive: true })
    writeFileSync(join(root, 'runs', name, 'journal.jsonl'), lineBytes(journal(wholeRun)))
  }
  bash = await openBash()
})
afterEach(() => {
  bash.close()
  rmSync(root, { recursive: true, force: true })
})

describe('tab in bash, without the package bash-completion', () => {
  test('completes commands, options and choices, also behind a =', async () => {
    await completes('astern sta', 'astern status ')
    await completes('astern report --form', 'astern report --format ')
    await completes('astern report --format=m', 'astern report --format=markdown ')
    await completes('astern --theme=c report --format h', 'astern --theme=c report --format html ')
  })

  test('lists the runs with the newest first', async () => {
    bash.write('astern stop --reason "lost power" \t')
    await bash.until(text => /1118-c +1118-b +1118-a/.test(text), 'the list')
    bash.write('a\t')
    await bash.until(text => text.includes('"lost power" 1118-a '), 'the run')
  })

  test('completes files where one is wanted, and behind a redirection', async () => {
    writeFileSync(join(root, 'staging.yaml'), '')
    await completes('astern plan --config stag', 'astern plan --config staging.yaml ')
    await completes('astern plan --config=stag', 'astern plan --config=staging.yaml ')
    await completes('astern plan > stag', 'astern plan > staging.yaml ')
    await completes('astern drill ./stag', 'astern drill ./staging.yaml ')
  })

  test('runs nothing of what was typed, and leaves files as they are', async () => {
    writeFileSync(join(root, 'plan.txt'), 'the plan\n')
    await completes('astern plan > plan.txt --head', 'astern plan > plan.txt --headless ')
    await completes('astern stop --reason $(>ran) --he', 'astern stop --reason $(>ran) --help ')
    await completes('astern report --format=$(>ran) --he', 'astern report --format=$(>ran) --help ')
    expect([readFileSync(join(root, 'plan.txt'), 'utf8'), existsSync(join(root, 'ran'))]).toEqual(['the plan\n', false])
  })

  test('may be set up twice', async () => {
    bash.write('source <(astern completion bash); echo "said: $?"\r')
    await bash.until(text => text.includes('said: 0'), 'the second time')
    expect(bash.text()).not.toMatch(/readonly|not found/)
    await completes('astern doc', 'astern doctor ')
  })
})

/** Typed, tab, the line it becomes; then the line is taken away. */
async function completes(typed: string, line: string): Promise<void> {
  bash.write(`${typed}\t`)
  // A sign behind it tells a space that was put there from an empty rest of a row.
  await bash.until(text => text.includes(`$ ${line.trimEnd()}`), line)
  bash.write('|')
  await bash.until(text => text.includes(`$ ${line}|`), `${line}|`)
  bash.write('\u0015')
  await bash.until(text => text.trimEnd().endsWith('$'), 'an empty line')
}

async function openBash(): Promise<Pty> {
  writeFileSync(join(root, 'inputrc'), 'set show-all-if-ambiguous on\n')
  const nodes = resolve(process.execPath, '..')
  const pty = openPty(['bash', '--norc', '--noprofile', '-i'], {
    env: {
      ...process.env,
      PATH: [join(root, 'bin'), nodes, process.env['PATH']].join(delimiter),
      PS1: '$ ',
      HISTFILE: '/dev/null',
      INPUTRC: join(root, 'inputrc'),
      ASTERN_HOME: root,
    },
  })
  pty.write(`cd ${root}; source <(astern completion bash); echo "set up: $?"\r`)
  await pty.until(text => text.includes('set up: 0'), 'the script')
  pty.write('clear\r')
  await pty.until(text => text.trim() === '$', 'an empty screen')
  return pty
}
