import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askProposal } from '../../src/cli/learn/ask-proposal.ts'
import type { Ask } from '../../src/state/intent.ts'
import { learn } from '../../src/state/learning/propose.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { checked, runThat, stop, text } from '../state/learning/run.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-ask-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('in lines each change is asked for with its evidence and its lines, one after the other; what only a person can write is not', async () => {
  const first = await answered(state(), ['accept'])
  expect(first.ask).toEqual({ kind: 'answer proposal', id: 'stop-grace.api', answer: 'accept', reason: '' })
  expect(first.said.join('\n')).toContain('+    stop: { grace: 90s } # it drains first')
  expect(first.said.join('\n')).toContain('now line 9: stopping api on web-1 took 0:30 of 30s, then SIGKILL')
  const then = state({ 'stop-grace.api': { answer: 'accept', reason: '', by: 'ana', at: '', written: null } })
  expect(await answered(then, ['never', 'it is slow by nature'])).toMatchObject({
    ask: { id: 'check-timeout.catalogue', answer: 'never', reason: 'it is slow by nature' },
  })
  const given = { answer: 'not now', reason: '', by: 'ana', at: '', written: null } as const
  expect((await answered(state({ 'stop-grace.api': given, 'check-timeout.catalogue': given }), [])).ask).toBeNull()
})

test('in lines what cannot be taken here says why, and is left; what stands there already is not asked for', async () => {
  const gone = await answered(state(), ['accept'], false)
  expect([gone.ask, gone.said.some(line => line.includes('cannot be taken here'))]).toEqual([
    { kind: 'answer proposal', id: 'stop-grace.api', answer: 'not now', reason: '' },
    true,
  ])
  const there = await answered(state(), [''], true, text.replace('grace: 30s', 'grace: 90s'))
  expect(there.ask).toMatchObject({ id: 'check-timeout.catalogue', answer: 'not now' })
})

/** A run that needed SIGKILL, with a slow check, over which the result was accepted for another. */
function state(given: RunState['answered'] = {}): RunState {
  const lines = runThat({
    did: [{ step: 's', command: stop(30_000), tookMs: 30_300, observed: { killed: true } }],
    after: [checked('catalogue', { latencyMs: 4900 }), checked('check out', { verdict: 'fail' })],
    accepted: 'known',
  })
  const now = replay(lines)
  const run = now.run === null ? null : { ...now.run, manifestFile: join(directory, 'astern.yaml') }
  return { ...now, run, learnt: learn(lines, []), answered: given }
}

async function answered(
  now: RunState,
  answers: readonly string[],
  there = true,
  written = text,
): Promise<{ readonly ask: Ask | null; readonly said: readonly string[] }> {
  if (there) writeFileSync(join(directory, 'astern.yaml'), written)
  const [said, left] = [[] as string[], [...answers]]
  const asked = (_: string, otherwise: string): Promise<string> => {
    const given = left.shift() ?? ''
    return Promise.resolve(given === '' ? otherwise : given)
  }
  return { ask: await askProposal(now, { asked, talk: line => said.push(line) }), said }
}
