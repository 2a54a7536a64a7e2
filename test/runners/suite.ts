import type { AddressInfo, Server } from 'node:net'
import { runChecks } from '../../src/runners/checks/run-checks.ts'
import type { CheckMeans } from '../../src/runners/checks/means.ts'
import { openSecrets } from '../../src/runners/secrets.ts'
import type { Assertion, Check, CheckRequest } from '../../src/state/check.ts'

/** A suite of checks, of means that are there unless a test gives others. */
export function run(checks: readonly Check[], more: Partial<CheckMeans> = {}) {
  const { resolve, mask } = openSecrets({ PASSWORD: 'hunter2-hunter2' })
  const nothing = () => Promise.resolve([])
  return runChecks({
    checks,
    containers: { container: nothing, log: nothing, run: nothing },
    deadlineMs: 60_000,
    cell: () => Promise.resolve({ ok: true, value: 42 }),
    resolve,
    mask,
    signal: new AbortController().signal,
    onResult: () => undefined,
    ...more,
  })
}

/** `name: verdict: says` of one check. */
export async function said(
  request: CheckRequest,
  asserts: readonly Assertion[],
  more: Partial<Check> = {},
  means: Partial<CheckMeans> = {},
): Promise<string> {
  const [result] = await run([checkOf('one', request, asserts, more)], means)
  return `${result?.verdict}: ${result?.says}`
}

export function checkOf(
  name: string,
  request: CheckRequest,
  asserts: readonly Assertion[],
  more: Partial<Check> = {},
): Check {
  return {
    name,
    group: 'core',
    severity: 'must',
    request,
    asserts,
    extract: {},
    timeoutMs: 10_000,
    attempts: 1,
    intervalMs: 10,
    ...more,
  }
}

export function get(url: string, more: Partial<Extract<CheckRequest, { kind: 'http' }>> = {}) {
  return { kind: 'http', url, method: 'GET', headers: {}, json: null, ...more } as const
}

export async function listening(server: Server): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
