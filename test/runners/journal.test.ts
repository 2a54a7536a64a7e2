import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JournalFailed, openJournal, type Journal } from '../../src/runners/journal/journal.ts'
import { takeRunLock } from '../../src/runners/lock/run-lock.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-journal-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('the journal', () => {
  test('resolves an append once the line is on disk, keeps the order of many at once, and is for its owner and group alone', async () => {
    const journal = await opened()
    const seqs = await Promise.all(
      Array.from({ length: 50 }, (_, index) => journal.append(note(`${index}`)).then(({ seq }) => seq)),
    )
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    expect(linesOnDisk()).toHaveLength(50)
    expect(statSync(join(directory, 'journal.jsonl')).mode & 0o007).toBe(0)
    await journal.close()
  })

  test('makes a permit only after the intent is on disk, good for that command, once', async () => {
    const journal = await opened()
    const command = { kind: 'freeze.lift', host: 'local' } as const
    const { permit } = await journal.begin({ id: 'lift', command, repeat: 'by state' }, 1, 7, 'ana', ours)
    expect(linesOnDisk().at(-1)).toMatchObject({ event: { kind: 'step.begun', step: 'lift', attempt: 1, epoch: 7 } })
    expect(() => permit.spend({ kind: 'freeze.lift', host: 'other' })).toThrow('another command')
    permit.spend(command)
    expect(() => permit.spend(command)).toThrow('spent already')
    await journal.close()
  })

  test('opened again goes on where it was; a torn last line is dropped, and that is written down', async () => {
    const journal = await opened()
    await journal.append(note('kept'))
    await journal.close()
    appendFileSync(join(directory, 'journal.jsonl'), '{"v":1,"seq":2,"half')
    const again = await opened()
    expect(again.lines.map(({ event }) => event)).toEqual([
      note('kept'),
      { kind: 'journal.recovered', droppedBytes: 20 },
    ])
    await again.close()
  })

  test('damaged in the middle is not opened for writing, and the damage is named', async () => {
    const journal = await opened()
    await journal.appendAll([note('one'), note('two'), note('three')])
    await journal.close()
    const file = join(directory, 'journal.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"two"', '"tvo"'))
    const before = readFileSync(file)
    const damaged = await open()
    expect(damaged).toMatchObject({
      ok: false,
      fault: { code: 'journal.damaged', what: expect.stringContaining('Line 2') },
    })
    expect(readFileSync(file)).toEqual(before)
  })

  test('on a full disk writes nothing more, gives no permit, and says why', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory])
    try {
      const journal = await opened()
      await journal.append(note('fits'))
      fillDisk()
      const step = { id: 'lift', command: { kind: 'freeze.lift', host: 'local' }, repeat: 'by state' } as const
      await expect(journal.begin(step, 1, 1, 'ana', ours)).rejects.toMatchObject({
        fault: { code: 'journal.disk-low' },
      })
      const failure = await journal.append(note('x'.repeat(20_000))).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(JournalFailed)
      expect((failure as JournalFailed).fault).toMatchObject({
        code: 'journal.cannot-write',
        what: expect.stringContaining('the disk is full'),
      })
      await expect(journal.append(note('y'))).rejects.toBe(failure)
      await journal.close()
    } finally {
      execFileSync('umount', [directory])
    }
  })
})

describe('the run lock', () => {
  test('is free at once when its holder is killed, and stays while a child of the holder has it', async () => {
    const holder = spawn('flock', ['-F', join(directory, 'lock'), 'sleep', '60'], { stdio: 'ignore' })
    await seen(async () => !(await takes()))
    expect(await takeRunLock(directory, 0)).toMatchObject({ ok: false, fault: { code: 'run.busy' } })
    holder.kill('SIGKILL')
    await seen(takes)
    const lock = await takeRunLock(directory, 0)
    if (!lock.ok) throw new Error(lock.fault.what)
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', lock.value.fd] })
    await lock.value.release()
    expect(await takes()).toBe(false)
    child.kill('SIGKILL')
    await seen(takes)
  })
})

async function takes(): Promise<boolean> {
  const taken = await takeRunLock(directory, 0)
  if (taken.ok) await taken.value.release()
  return taken.ok
}

async function seen(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) if (await is()) return
  throw new Error('waited in vain')
}

function open() {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const actor = { name: 'astern', uid: 0, from: 'engine' }
  return openJournal({
    directory,
    run: 'r',
    actor,
    now: () => new Date(),
    mono: () => 1,
    boot: 'b',
    hash,
    mask: value => value,
  })
}

async function opened(): Promise<Journal> {
  const result = await open()
  if (!result.ok) throw new Error(result.fault.what)
  return result.value.journal
}

function note(text: string) {
  return { kind: 'note.added', text } as const
}

function linesOnDisk(): readonly unknown[] {
  return readFileSync(join(directory, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)
}

/** Until not a byte more fits. */
function fillDisk(): void {
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      for (;;) appendFileSync(join(directory, 'filler'), Buffer.alloc(size))
    } catch {
      // Full for this size; a smaller one may still fit.
    }
  }
}
async function ours(): Promise<null> {
  return null
}
