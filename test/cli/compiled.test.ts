import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'

const astern = resolve(import.meta.dirname, '../../bin/astern.mjs')

function cacheHome(): string {
  const directory = mkdtempSync(join(tmpdir(), 'astern-cache-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function started(home: string): Promise<string> {
  const env = { XDG_CACHE_HOME: home }
  return (await execa(process.execPath, [astern, 'version'], { env, extendEnv: false })).stdout
}

test('what V8 made of the program is kept where nobody else can write', async () => {
  const home = cacheHome()
  expect(await started(home)).toMatch(/^astern /)
  const kept = join(home, 'astern', 'compiled')
  expect([statSync(kept).mode & 0o777, readdirSync(kept).length > 0]).toEqual([0o700, true])
})

test('and is not taken from a place where somebody else could have put it', async () => {
  const home = cacheHome()
  const kept = join(home, 'astern', 'compiled')
  mkdirSync(kept, { recursive: true })
  chmodSync(kept, 0o777)
  expect(await started(home)).toMatch(/^astern /)
  expect(readdirSync(kept)).toEqual([])
})

test('and is done without where the home cannot be written to', async () => {
  expect(await started(join('/dev/null', 'cache'))).toMatch(/^astern /)
})
