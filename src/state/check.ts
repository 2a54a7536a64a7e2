import type { Json } from './json.ts'

export type CheckGroup = 'critical' | 'auth' | 'core' | 'integration' | 'infra'

export type Check = {
  readonly name: string
  readonly group: CheckGroup
  readonly severity: 'must' | 'should'
  readonly request: CheckRequest
  readonly asserts: readonly Assertion[]
  /** Name -> JSON path into the answer; later checks may use `{name}`. */
  readonly extract: Readonly<Record<string, string>>
  /** Of each request. */
  readonly timeoutMs: number
  readonly attempts: number
  readonly intervalMs: number
  /** Passes in a row that count as one; 1 where it is not given. */
  readonly consecutive?: number
  /** How long it has to go on passing. */
  readonly holdMs?: number
  /** In one of the two suites only. */
  readonly when?: 'baseline' | 'after'
}

export type CheckRequest = Question | { readonly kind: 'flow'; readonly steps: readonly FlowStep[] }

/** One request of a flow, which shares cookies and extracted values with those before it. */
export type FlowStep = {
  readonly name: string
  readonly request: Question
  readonly asserts: readonly Assertion[]
  readonly extract: Readonly<Record<string, string>>
  /** Asked though one before it did not pass: logging out. */
  readonly always?: true
}

export type Question =
  | HttpQuestion
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | ({ readonly kind: 'tls'; readonly host: string; readonly port: number; readonly name?: string } & Trust)
  | { readonly kind: 'dns'; readonly name: string; readonly type: DnsType; readonly server?: string }
  | { readonly kind: 'sql'; readonly database: string; readonly sql: string }
  /** On this machine. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** Inside a container. */
  | { readonly kind: 'exec'; readonly at: ContainerAt; readonly argv: readonly string[] }
  | { readonly kind: 'docker'; readonly at: ContainerAt }
  /** `sinceMs` null: since the container started. */
  | { readonly kind: 'log'; readonly at: ContainerAt; readonly sinceMs: number | null }

export type HttpQuestion = {
  readonly kind: 'http'
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly json: Json | null
  readonly form?: Readonly<Record<string, string>>
  /** Redirects followed at most; 0 where it is not given. */
  readonly follow?: number
} & Trust

/** Whose certificates count. Without both: those of the system's authorities. `ca`: a file, its path absolute. */
export type Trust = { readonly ca?: string; readonly unverified?: true }

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'PTR' | 'SRV' | 'TXT'

/** A service's container on one of its hosts, or on each of them where none is given; or any container by its name. */
export type ContainerAt =
  | { readonly service: string; readonly host?: string }
  | { readonly container: string; readonly host: string }

/** `soft`: where it does not hold the check is degraded, and has not failed. */
export type Assertion = (
  | { readonly kind: 'status'; readonly equals: number }
  | ({ readonly kind: 'json'; readonly path: string } & Comparison)
  | ({ readonly kind: 'header'; readonly name: string } & Comparison)
  | ({ readonly kind: Compared } & Comparison)
  | { readonly kind: 'latency'; readonly underMs: number }
  | { readonly kind: 'exit'; readonly equals: number }
  | { readonly kind: 'connects'; readonly equals: boolean }
  /** The same containers, started no more often than at this check's first look. */
  | { readonly kind: 'steady' }
) & { readonly soft?: true }

/** What is compared as a whole. `body`: the text of whatever was asked: a body, an output, a log. */
export type Compared =
  | 'body'
  | 'cell'
  | 'redirects'
  | 'url'
  | 'certificate days'
  | 'protocol'
  | 'rcode'
  | 'answers'
  | 'state'
  | 'restarts'
  | 'digest'

/** All that is given has to hold. A list contains an item that equals; a text contains a text. */
export type Comparison = {
  readonly exists?: boolean
  readonly equals?: Json
  readonly not?: Json
  readonly contains?: string
  readonly lacks?: string
  /** A regular expression. */
  readonly matches?: string
  readonly atLeast?: number
  readonly atMost?: number
  /** Of a list or a text. */
  readonly count?: number
}

/** A suite's time, where the manifest gives none. */
const suiteMs = 120_000

/** A person waits for the baseline, in the middle of an incident. */
const baselineMs = 30_000

type Suite = 'baseline' | 'after'
type Declared = { readonly checks: readonly Check[] }

/** Those of a suite, in the manifest's order. A baseline says how it is now, and waits for nothing to stay so. */
export function checksOf({ checks }: Declared, suite: Suite): readonly Check[] {
  const own = checks.filter(({ when }) => when === undefined || when === suite)
  return suite === 'after' ? own : own.map(asItIsNow)
}

/** Nothing is waited for to stay so. */
export function asItIsNow(check: Check): Check {
  const { holdMs: _, consecutive: __, ...now } = check
  return now
}

export function suiteTimeOf({ timing }: { readonly timing: { readonly checksMs?: number } }, suite: Suite): number {
  const { checksMs = suiteMs } = timing
  return suite === 'after' ? checksMs : Math.min(checksMs, baselineMs)
}
