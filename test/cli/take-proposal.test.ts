import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { offersFor } from '../../src/cli/learn/offers.ts'
import { replaceFile } from '../../src/cli/learn/replace-file.ts'
import { takeProposal } from '../../src/cli/learn/take-proposal.ts'
import type { Proposal } from '../../src/state/learning/proposal.ts'
import { text } from '../state/learning/run.ts'

let directory = ''
let file = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-learn-'))
  file = join(directory, 'astern.yaml')
  writeFileSync(file, text, { mode: 0o640 })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const grace: Proposal = {
  id: 'stop-grace.api',
  rule: 'stop-grace',
  path: ['services', 'api', 'stop', 'grace'],
  change: { kind: 'set', was: '30s', becomes: '90s' },
  why: '',
  evidence: [],
}
const after = text.replace('grace: 30s', 'grace: 90s')

describe('a proposal that is taken', () => {
  test('stands in the file, whose owner and rights stay, and nothing else is left beside it', async () => {
    chmodSync(file, 0o604)
    if (process.getuid?.() === 0) chownSync(file, 65534, 65534)
    const { uid, gid, mode } = statSync(file)
    expect(await takeProposal(file, grace)).toEqual({ written: true, says: `it stands in ${file}` })
    expect(readFileSync(file, 'utf8')).toBe(after)
    expect(statSync(file)).toMatchObject({ uid, gid, mode })
    expect(readdirSync(directory)).toEqual(['astern.yaml'])
  })

  test('is written once: again it stands there already, and the file is not touched', async () => {
    await takeProposal(file, grace)
    const { ino, mtimeMs } = statSync(file)
    expect(await takeProposal(file, grace)).toEqual({ written: true, says: `it stood in ${file} already` })
    expect(statSync(file)).toMatchObject({ ino, mtimeMs })
  })

  test('goes through a link to the file itself, and says where that is not committed yet', async () => {
    const checkout = join(directory, 'checkout')
    mkdirSync(join(checkout, '.git'), { recursive: true })
    writeFileSync(join(checkout, 'shop.yaml'), text)
    rmSync(file)
    symlinkSync('checkout/shop.yaml', file)
    expect(await takeProposal(file, grace)).toEqual({
      written: true,
      says: `it stands in ${join(checkout, 'shop.yaml')}; it is not committed yet in ${checkout}`,
    })
    expect([lstatSync(file).isSymbolicLink(), readFileSync(join(checkout, 'shop.yaml'), 'utf8')]).toEqual([true, after])
  })

  test('is not written over what somebody changed since, nor where the file is gone, broken or has other names', async () => {
    writeFileSync(file, text.replace('30s', '45s'))
    expect(await takeProposal(file, grace)).toEqual({
      written: false,
      says: 'services.api.stop.grace is 45s now, and was 30s',
    })
    writeFileSync(file, `${text}nonsense: 1\n`)
    expect(await takeProposal(file, grace)).toMatchObject({ written: false })
    writeFileSync(file, text)
    linkSync(file, join(directory, 'other.yaml'))
    expect(await takeProposal(file, grace)).toMatchObject({
      written: false,
      says: expect.stringContaining('hard links'),
    })
    rmSync(file)
    expect(await takeProposal(file, grace)).toEqual({
      written: false,
      says: `${file} cannot be read or written: it is not there`,
    })
    expect(readFileSync(join(directory, 'other.yaml'), 'utf8')).toBe(text)
  })

  test('gives way to whoever writes the file in the same moment', async () => {
    expect(await replaceFile(file, { before: 'what it was a moment ago', after })).toContain('changed by somebody else')
    expect([readFileSync(file, 'utf8'), readdirSync(directory)]).toEqual([text, ['astern.yaml']])
  })
})

describe('what is offered', () => {
  test('is the diff against the file as it is, or why there is none', async () => {
    const other: Proposal = { ...grace, id: 'other', change: { kind: 'set', was: '10s', becomes: '20s' } }
    const look: Proposal = { ...grace, id: 'look', change: { kind: 'look' } }
    const [open, moved, person] = await offersFor(file, [grace, other, look])
    expect(open?.diff.filter(line => /^[-+] /.test(line))).toEqual([
      '-    stop: { grace: 30s } # it drains first',
      '+    stop: { grace: 90s } # it drains first',
    ])
    expect([open?.stands, moved?.stands, person?.stands]).toEqual(['open', 'moved on', 'cannot'])
    expect(await offersFor(join(directory, 'nowhere.yaml'), [grace])).toMatchObject([{ stands: 'cannot', diff: [] }])
  })
})
