import { readFile } from 'node:fs/promises'
import type { CheckResult } from '../state/check-result.ts'
import type { Fault, Result } from '../state/fault.ts'

/** What each check came to earlier, by its name. */
export type Baseline = Readonly<Record<string, CheckResult>>

/** What `astern check --json` printed then. */
export async function readBaseline(file: string): Promise<Result<Baseline>> {
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (!Array.isArray(read) || !read.every(isResult)) return { ok: false, fault: unread(file, 'it holds no results') }
    return { ok: true, value: Object.fromEntries(read.map(result => [result.name, result])) }
  } catch (error) {
    return { ok: false, fault: unread(file, error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read') }
  }
}

function isResult(value: unknown): value is CheckResult {
  if (value === null || typeof value !== 'object') return false
  const { name, verdict } = value as Partial<CheckResult>
  return typeof name === 'string' && ['pass', 'degraded', 'fail', 'inconclusive'].includes(String(verdict))
}

function unread(file: string, why: string): Fault {
  return {
    code: 'check.baseline',
    what: `${file} is no earlier result of the checks: ${why}`,
    means: 'Nothing was asked.',
    next: 'Give the file that astern check --json was written to.',
  }
}
