import { execa } from 'execa'
import type { Verdict } from '../../state/check-result.ts'
import { readJsonPath } from '../../state/json-path.ts'
import type { Json } from '../../state/json.ts'
import type { Check, CheckRequest } from '../../state/manifest.ts'
import { oneLine } from '../../state/text.ts'
import { httpRequest } from '../../targets/probes/http.ts'
import { MissingSecret } from '../secrets.ts'
import { assertAll, type Got } from './asserts.ts'
import { fill, fillText, Unfilled } from './fill.ts'
import type { CheckMeans } from './means.ts'

export type Attempt = {
  readonly verdict: Verdict
  readonly says: string
  readonly latencyMs: number | null
  readonly extracted: Readonly<Record<string, Json>>
}

type Asked = { readonly got: Got } | { readonly verdict: 'fail' | 'inconclusive'; readonly says: string }

/** One try of one check: ask, judge every assertion, take out what later checks use. */
export async function attemptCheck(
  check: Check,
  means: CheckMeans,
  values: ReadonlyMap<string, Json>,
): Promise<Attempt> {
  const asked = await ask(check.request, check.timeoutMs, means, values)
  if (!('got' in asked)) return { ...asked, latencyMs: null, extracted: {} }
  const { verdict, says } = assertAll(check.asserts, asked.got)
  const { latencyMs } = asked.got
  if (verdict !== 'pass') return { verdict, says, latencyMs, extracted: {} }
  const extracted: Record<string, Json> = {}
  for (const [name, path] of Object.entries(check.extract)) {
    const value = readJsonPath(asked.got.json, path)
    if (value === undefined)
      return {
        verdict: 'inconclusive',
        says: `${path} leads nowhere, so {${name}} has no value`,
        latencyMs,
        extracted: {},
      }
    extracted[name] = value
  }
  return { verdict, says, latencyMs, extracted }
}

async function ask(
  request: CheckRequest,
  timeoutMs: number,
  means: CheckMeans,
  values: ReadonlyMap<string, Json>,
): Promise<Asked> {
  try {
    switch (request.kind) {
      case 'http':
        return await askHttp(request, timeoutMs, means, values)
      case 'command':
        return await askCommand(
          request.argv.map(arg => fillText(arg, values)),
          timeoutMs,
          means,
        )
      case 'sql':
        return await askSql(request, timeoutMs, means, values)
    }
  } catch (error) {
    if (error instanceof Unfilled || error instanceof MissingSecret)
      return { verdict: 'inconclusive', says: error.message }
    throw error
  }
}

async function askHttp(
  request: Extract<CheckRequest, { kind: 'http' }>,
  timeoutMs: number,
  means: CheckMeans,
  values: ReadonlyMap<string, Json>,
): Promise<Asked> {
  const url = await means.resolve(fillText(request.url, values))
  const headers = (await fill(request.headers, values, means.resolve)) as Record<string, string>
  const json = request.json === null ? null : await fill(request.json, values, means.resolve)
  const body = json === null ? {} : { body: JSON.stringify(json) }
  const typed = json === null ? headers : { 'content-type': 'application/json', ...headers }
  const answer = await httpRequest({ url, method: request.method, headers: typed, timeoutMs, ...body })
  if (!answer.ok) return { verdict: 'fail', says: answer.fault.what }
  const { status, text, latencyMs } = answer.value
  return { got: { status, text, json: parse(text), exit: null, cell: undefined, latencyMs } }
}

async function askCommand(argv: readonly string[], timeoutMs: number, means: CheckMeans): Promise<Asked> {
  const [file = '', ...args] = await Promise.all(argv.map(means.resolve))
  const run = await execa(file, args, {
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    reject: false,
    maxBuffer: 256 * 1024,
  })
  if (run.timedOut) return { verdict: 'fail', says: `${file} did not end in ${timeoutMs} ms` }
  if (run.exitCode === undefined)
    return { verdict: 'inconclusive', says: `${file} could not be run: ${oneLine(run.shortMessage ?? '', 120)}` }
  const text = run.stdout
  return {
    got: {
      status: null,
      text,
      json: parse(text),
      exit: run.exitCode,
      cell: undefined,
      latencyMs: Math.round(run.durationMs),
    },
  }
}

async function askSql(
  { database, sql }: Extract<CheckRequest, { kind: 'sql' }>,
  timeoutMs: number,
  means: CheckMeans,
  values: ReadonlyMap<string, Json>,
): Promise<Asked> {
  const began = performance.now()
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), timeoutMs)
  const answer = await Promise.race([means.sqlCell(database, fillText(sql, values)), late]).finally(() =>
    clearTimeout(timer),
  )
  if (answer === 'late') return { verdict: 'fail', says: `no answer from ${database} in ${timeoutMs} ms` }
  if (!answer.ok) return { verdict: 'inconclusive', says: answer.fault.what }
  const latencyMs = Math.round(performance.now() - began)
  return {
    got: { status: null, text: String(answer.value), json: answer.value, exit: null, cell: answer.value, latencyMs },
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
