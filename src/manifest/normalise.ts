import { isAbsolute, resolve } from 'node:path'
import type { Manifest, Probe, Service, SeverityRule } from '../state/manifest.ts'
import { channelOf } from './channels.ts'
import { checkOf } from './checks.ts'
import { databaseOf } from './databases.ts'
import { hostOf } from './hosts.ts'
import type { Written, WrittenProbe, WrittenService } from './schema.ts'
import { roomOf } from './room.ts'
import { trafficOf } from './traffic.ts'

/** The checked file in the core's words; relative paths are relative to the file. */
export function normalise(written: Written, directory: string): Manifest {
  const path = (value: string): string => (isAbsolute(value) ? value : resolve(directory, value))
  return {
    environment: written.environment,
    hosts: each(written.hosts, host => hostOf(host, path)),
    services: each(written.services, service),
    databases: each(written.databases, database => databaseOf(database, path)),
    ...(written.impact === undefined ? {} : { impact: each(written.impact, probe) }),
    ...(written.severity === undefined ? {} : { severity: written.severity.map(ruleOf) }),
    checks: written.checks.map(check => checkOf(check, path)),
    notify: each(written.notify, channel => channelOf(channel, path)),
    ...(written.review === undefined ? {} : { review: written.review }),
    timing: timingOf(written),
    ...roomOf(written),
    ...(written.artifacts === undefined ? {} : { artifacts: path(written.artifacts) }),
    ...secondPersonOf(written),
    ...drillOf(written, path),
  }
}

function drillOf({ drill }: Written, path: (value: string) => string): Pick<Manifest, 'drill'> {
  if (drill === undefined) return {}
  const { production, notify, proxies, commands, disks } = drill
  return {
    drill: {
      ...(production === undefined ? {} : { production: path(production) }),
      ...(notify === undefined ? {} : { notify: each(notify, one => channelOf(one, path)) }),
      ...(proxies === undefined ? {} : { proxies }),
      ...(commands === undefined
        ? {}
        : { commands: each(commands, ({ timeout: timeoutMs, ...lists }) => ({ ...lists, timeoutMs })) }),
      ...(disks === undefined ? {} : { disks: each(disks, path) }),
    },
  }
}

function secondPersonOf({ approval }: Written): Pick<Manifest, 'secondPerson'> {
  return approval === undefined || approval.second_person === 'never' ? {} : { secondPerson: approval.second_person }
}

function each<From, To>(record: Readonly<Record<string, From>>, make: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]))
}

function placeOf({
  container,
  compose,
  swarm,
}: Pick<WrittenService, 'container' | 'compose' | 'swarm'>): Pick<Service, 'container' | 'swarm'> {
  if (swarm !== undefined) return { swarm }
  if (container !== undefined) return { container: { kind: 'name', name: container } }
  return compose === undefined ? {} : { container: { kind: 'compose', ...compose } }
}

function service(written: WrittenService): Service {
  const {
    hosts,
    release,
    container,
    compose,
    swarm,
    kind,
    max_parallel: maxParallel,
    depends_on: dependsOn,
    stop,
    traffic,
    connects,
    signature,
    health,
    identity,
  } = written
  return {
    hosts,
    release: release ?? null,
    ...placeOf({ container, compose, swarm }),
    kind,
    ...(maxParallel === undefined ? {} : { maxParallel }),
    dependsOn,
    stop: { graceMs: stop.grace },
    ...(traffic === undefined ? {} : { traffic: trafficOf(traffic) }),
    ...(signature === undefined ? {} : { signature: { argv: signature.command } }),
    ...(connects === undefined ? {} : { connects: connects.map(({ command }) => ({ argv: command })) }),
    health: health === undefined ? null : probe(health),
    identity: identity === undefined ? null : { url: identity.http, json: identity.json },
  }
}

function probe(written: WrittenProbe): Probe {
  if ('http' in written) return { kind: 'http', url: written.http, status: written.expect.status }
  if ('command' in written) return { kind: 'command', argv: written.command }
  const colon = written.tcp.lastIndexOf(':')
  return { kind: 'tcp', address: written.tcp.slice(0, colon), port: Number(written.tcp.slice(colon + 1)) }
}

function ruleOf({ is, ...of }: NonNullable<Written['severity']>[number]): SeverityRule {
  const [what, name = ''] = Object.entries(of)[0] ?? ['check', '']
  return { is, what: what as SeverityRule['what'], name }
}

function timingOf({ timing }: Written): Manifest['timing'] {
  return {
    healthDeadlineMs: timing.health_deadline,
    probeIntervalMs: timing.probe_interval,
    probeTimeoutMs: timing.probe_timeout,
    consecutive: timing.consecutive,
    stableMs: timing.stable,
    watchMs: timing.watch,
    turnBackMs: timing.turn_back,
    ...(timing.recovery === undefined ? {} : { recoveryMs: timing.recovery }),
    ...(timing.checks === undefined ? {} : { checksMs: timing.checks }),
  }
}
