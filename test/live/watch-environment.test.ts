import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Signal } from '../../src/state/signal.ts'
import { cli, finished, openStage, runsOf, stateOf, until, type Stage } from './support.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let terminal: Terminal | null = null
afterEach(async () => {
  terminal?.kill('SIGKILL')
  terminal = null
  await stage?.close()
  stage = null
})

describe('watching without a run', () => {
  test('shows the environment’s live health, says that no run is open, and goes over into one that is opened', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['watch'])
    await shows('No run is open in shop. One that is opened in this home is shown at once.')
    await shows('no run is open')
    await until(() => /api\s+local\s+1\.3\.0\s+. un?healthy|api\s+local\s+1\.3\.0\s+. healthy/.test(text()), 'the api')
    terminal.write('\t')
    await until(() => /Database[\s\S]*main . healthy answers/.test(text()), 'the database')
    const held = await stage.astern(['rollback', '--headless'])
    expect(held.code).toBe(4)
    await shows('read the plan, then approve it')
    await shows(' WATCH ')
    terminal.write('q')
    await until(() => terminal?.text().includes('Leave'), 'the dialog')
    await until(() => (terminal?.write('\r'), terminal?.exitCode() !== null), 'the watcher has ended')
    expect([terminal.exitCode(), stateOf(runsOf(stage.home).at(-1) ?? '').closed]).toEqual([0, null])
  })

  test('is left with q, and gives the terminal back', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['watch'])
    await shows('No run is open in shop')
    terminal.write('q')
    await until(() => terminal?.exitCode() !== null, 'the watcher has ended')
    expect(terminal.exitCode()).toBe(0)
    expect(terminal.raw().split('[?1049h').length).toBe(terminal.raw().split('[?1049l').length)
    await shows('No run was open. Nothing was touched.')
  })

  test('in lines tells each change once, and every sample as JSON, and then the run’s own lines', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const [plain, json] = [stage.start(['watch', '--plain']), stage.start(['watch', '--json'])]
    const ends = [plain, json].map(finished)
    const out = { plain: '', json: '' }
    plain.stdout?.on('data', chunk => (out.plain += String(chunk)))
    json.stdout?.on('data', chunk => (out.json += String(chunk)))
    await until(() => out.plain.includes('database:main is healthy: answers'), 'the database in words')
    await until(() => samples(out.json, 'database:main').length > 2, 'samples')
    await stage.astern(['rollback', '--headless'])
    await until(() => out.plain.includes('opened a rollback of shop') && out.json.includes('run.opened'), 'the run')
    const run = runsOf(stage.home).at(-1) ?? ''
    await until(() => stateOf(run).facts, 'facts')
    await stage.astern(['stop', '--reason', 'seen enough'])
    const [first, second] = await Promise.all(ends)
    expect([first?.code, second?.code]).toEqual([1, 1])
    expect(first?.stderr).toContain('No run is open in shop')
    for (const ran of [first, second]) expect(ran?.stderr).toMatch(/Waits for .*: read the plan, then approve it/)
    const [before = ''] = first?.stdout.split('opened a rollback of shop') ?? []
    expect(before.split('database:main is healthy: answers').length).toBe(2)
    const lines = (second?.stdout ?? '')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { kind?: string; seq?: number })
    expect(lines[0]).toEqual({ kind: 'environment', environment: 'shop', class: expect.any(String), run: null })
    const seqs = lines.flatMap(({ seq }) => seq ?? [])
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })

  test('needs the configuration, and says what is amiss with it, and that no run is open', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const directory = mkdtempSync(join(tmpdir(), 'astern-none-'))
    const wrong = join(directory, 'astern.yaml')
    const missing = await watchBy(stage, wrong)
    expect([missing.code, missing.stdout]).toEqual([2, ''])
    for (const words of ['the file cannot be read', 'no run is open in this home'])
      expect(missing.stderr).toContain(words)
    writeFileSync(wrong, 'environment: { name: shop }\nservics: {}\n')
    const amiss = await watchBy(stage, wrong)
    expect(amiss.code).toBe(2)
    expect(amiss.stderr).toContain('servics')
  })

  test('follows the run that is open, for an account that may only read it and has no configuration', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    await stage.astern(['rollback', '--headless'])
    const directory = runsOf(stage.home).at(-1) ?? ''
    for (const path of [stage.home, join(stage.home, 'runs'), directory]) chmodSync(path, 0o755)
    chmodSync(join(directory, 'journal.jsonl'), 0o644)
    const watching = stage.start(['watch', '--plain'], { uid: 65534, env: { HOME: '/tmp' } })
    let out = ''
    watching.stdout?.on('data', chunk => (out += String(chunk)))
    await until(() => out.includes('opened a rollback of shop'), 'the run')
    watching.kill('SIGTERM')
  })
})

/** With that configuration and no other. */
function watchBy({ home, shop }: Stage, config: string) {
  const env = { ...process.env, ...shop.env, ASTERN_HOME: home }
  return finished(spawn(process.execPath, [cli, 'watch', '--config', config], { cwd: '/', env }))
}

function text(): string {
  return terminal?.text() ?? ''
}

async function shows(words: string): Promise<void> {
  await until(() => text().replaceAll(/\s+/g, ' ').includes(words.trim()), words)
}

function samples(json: string, key: string): readonly Signal[] {
  return json
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as { readonly kind: string; readonly signal?: Signal })
    .flatMap(({ signal }) => (signal?.key === key ? [signal] : []))
}
