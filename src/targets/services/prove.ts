import type { Observed } from '../../state/facts.ts'
import type { Fault, Result } from '../../state/fault.ts'
import { readJsonPath } from '../../state/json-path.ts'
import type { Json } from '../../state/json.ts'
import { oneLine } from '../../state/text.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import { httpRequest } from '../probes/http.ts'

export type Claim = {
  readonly name: string
  readonly release: string
  readonly digest: string
  readonly address: string
  readonly identity: { readonly url: string; readonly json: string } | null
  readonly timeoutMs: number
}

/** What runs is what was planned: by what is seen of it from outside, and by its own word where it has one. */
export async function proveIdentity(claim: Claim, seen: Observed, evidence: Evidence): Promise<Outcome> {
  const { state, release, digest, pid } = seen
  const observed = { state, release, digest, pid }
  evidence(`${state}, release ${release ?? 'unknown'}, ${digest ?? 'no digest'}, process ${pid ?? 'none'}`)
  const wrong = (what: string): Outcome => ({ ok: false, fault: notProven(claim, what), observed })
  if (state !== 'running') return wrong(`it is ${state}`)
  if (release === null) return wrong(seen.note ?? 'its release is not known')
  if (release !== claim.release) return wrong(`it runs ${release}`)
  if (digest !== claim.digest)
    return wrong(`it is not the one that was recorded (${short(digest)}, not ${short(claim.digest)})`)
  if (claim.identity === null) return { ok: true, observed, says: `${claim.name} is ${release}, ${short(digest)}` }
  const said = await askVersion(claim, claim.identity)
  if (!said.ok) return wrong(`it does not say its version: ${said.fault.what}`)
  const word = oneLine(typeof said.value === 'string' ? said.value : JSON.stringify(said.value), 60)
  evidence(`it says of itself: ${word}`)
  if (said.value !== claim.release) return wrong(`it says of itself that it is ${word}`)
  return { ok: true, observed, says: `${claim.name} is ${release}, ${short(digest)}, and says so itself` }
}

async function askVersion(
  { address, timeoutMs }: Claim,
  identity: { readonly url: string; readonly json: string },
): Promise<Result<Json>> {
  const answer = await httpRequest({ url: identity.url.replaceAll('{host}', address), timeoutMs })
  if (!answer.ok) return answer
  const { status, text } = answer.value
  if (status < 200 || status > 299) return { ok: false, fault: noVersion(`it answers ${status}`) }
  const said = readJsonPath(parse(text), identity.json)
  return said === undefined
    ? { ok: false, fault: noVersion(`its answer has no ${identity.json}`) }
    : { ok: true, value: said }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

function short(digest: string | null): string {
  return digest?.slice(0, 19) ?? 'no digest'
}

function noVersion(what: string): Fault {
  return {
    code: 'identity.no-version',
    what,
    means: 'What it is, by its own word, is not known.',
    next: 'Correct identity in astern.yaml, or find out what answers there.',
  }
}

function notProven({ name, release }: Claim, what: string): Fault {
  return {
    code: 'service.not-proven',
    what: `${name} is not proven to be ${release}: ${what}`,
    means: 'Until it is, the rollback does not count as done.',
    next: 'Find out who started it, or retry once it is right.',
  }
}
