import type { Check, ContainerAt, FlowStep, Question, Trust } from '../state/check.ts'
import { assertionOf } from './asserts.ts'
import type { WrittenAsked, WrittenCheck } from './schema-checks.ts'

/** A check in the core's words. `path` makes a path absolute. */
export function checkOf(written: WrittenCheck, path: (value: string) => string): Check {
  const { name, group, severity, flow, timeout, attempts, interval, consecutive, hold, when } = written
  const steps = flow?.map(
    ({ name: step, always, ...one }): FlowStep => ({
      name: step,
      request: questionOf(one, path),
      asserts: one.assert.map(assertionOf),
      extract: one.extract,
      ...(always === undefined ? {} : { always }),
    }),
  )
  return {
    name,
    group,
    severity,
    request: steps === undefined ? questionOf(written, path) : { kind: 'flow', steps },
    asserts: written.assert.map(assertionOf),
    extract: written.extract,
    timeoutMs: timeout,
    attempts,
    intervalMs: interval,
    ...(consecutive === undefined ? {} : { consecutive }),
    ...(hold === undefined ? {} : { holdMs: hold }),
    ...(when === 'both' ? {} : { when: when === 'before' ? 'baseline' : 'after' }),
  }
}

/** The faults of a check that asks nothing, or several things, were told before. */
function questionOf(written: WrittenAsked, path: (value: string) => string): Question {
  const { http, tcp, tls, dns, sql, command, exec, docker, log } = written
  if (http !== undefined) return httpOf(http, path)
  if (tcp !== undefined) return { kind: 'tcp', host: tcp.host, port: tcp.port }
  if (tls !== undefined) {
    const name = tls.name === undefined ? {} : { name: tls.name }
    return { kind: 'tls', host: tls.host, port: tls.port, ...name, ...trustOf(tls.tls, path) }
  }
  if (dns !== undefined) {
    const server = dns.server === undefined ? {} : { server: dns.server }
    return { kind: 'dns', name: dns.name, type: dns.type, ...server }
  }
  if (command !== undefined) return { kind: 'command', argv: command }
  if (exec !== undefined) return { kind: 'exec', at: atOf(exec), argv: exec.command }
  if (docker !== undefined) return { kind: 'docker', at: atOf(docker) }
  if (log !== undefined) return { kind: 'log', at: atOf(log), sinceMs: log.since === 'start' ? null : log.since }
  return { kind: 'sql', database: sql?.database ?? '', sql: sql?.query ?? '' }
}

function httpOf(written: NonNullable<WrittenAsked['http']>, path: (value: string) => string): Question {
  const { url, method, headers, json, form, follow, tls } = written
  return {
    kind: 'http',
    url,
    method,
    headers,
    json: json ?? null,
    ...(form === undefined ? {} : { form }),
    ...(follow === undefined ? {} : { follow }),
    ...trustOf(tls, path),
  }
}

function trustOf(tls: NonNullable<WrittenAsked['http']>['tls'], path: (value: string) => string): Trust {
  if (tls === undefined) return {}
  return tls === 'unverified' ? { unverified: true } : { ca: path(tls.ca) }
}

function atOf({ service, container, host }: NonNullable<WrittenAsked['docker']>): ContainerAt {
  if (container !== undefined) return { container, host: host ?? '' }
  return { service: service ?? '', ...(host === undefined ? {} : { host }) }
}
