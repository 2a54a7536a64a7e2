import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const place = mkdtempSync(join(tmpdir(), 'astern-build-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('a build that fails leaves the build before it, and nothing beside it', async () => {
  for (const name of ['bin', 'package.json', 'package-lock.json'])
    cpSync(join(root, name), join(place, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  for (const name of ['src', 'demo', 'dist']) mkdirSync(join(place, name))
  writeFileSync(join(place, 'dist', 'built'), '0.0.1\n')
  // One of its programs is there, and the others are not.
  writeFileSync(join(place, 'src', 'drill-keeper-docker.ts'), 'process.exit(0)\n')
  const before = readdirSync(place).toSorted()
  const { exitCode, stderr } = await execa(process.execPath, [join(place, 'bin/build.mjs'), '--force'], {
    reject: false,
  })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('src/cli.tsx')
  expect(readdirSync(place).toSorted()).toEqual(before)
  expect(readdirSync(join(place, 'dist'))).toEqual(['built'])
})
