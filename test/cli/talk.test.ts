import { afterEach, describe, expect, test, vi } from 'vitest'
import { talkProse } from '../../src/cli/talk.ts'

const text =
  'Setting up a sandbox (embedded): a shop of four services and a database, with customers who order and go away.'

afterEach(() => vi.restoreAllMocks())

describe('sentences on stderr', () => {
  test('are broken between words where somebody sits in front of it', () => {
    expect(said({ isTTY: true, columns: 80 })).toBe(
      'Setting up a sandbox (embedded): a shop of four services and a database, with\n  customers who order and go away.\n',
    )
  })

  test('are one line each where nobody does', () => {
    expect(said({ isTTY: false })).toBe(`${text}\n`)
  })

  test('are one line each where the terminal does not know its size', () => {
    expect(said({ isTTY: true, columns: 0 })).toBe(`${text}\n`)
  })
})

function said(terminal: { readonly isTTY: boolean; readonly columns?: number }): string {
  let written = ''
  const stderr = { ...terminal, write: (chunk: string) => (written += chunk) }
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as unknown as typeof process.stderr)
  talkProse(text, '  ')
  return written
}
