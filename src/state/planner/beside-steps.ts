import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { callsMs, step, type Change } from './steps.ts'

/** The target up and healthy beside what runs, and known to whoever leads requests; the last of these gates the stop. */
export function besideSteps(manifest: Manifest, change: Change, needs: readonly string[]): readonly Step[] {
  const { key, service, host, release, digest } = change
  const { healthDeadlineMs, stableMs, consecutive, probeIntervalMs } = manifest.timing
  const { traffic, stop } = manifest.services[service] ?? {}
  const start = step(`${key}.beside`, 3, { kind: 'service.beside', service, host, release, digest }, needs, {
    leaves: `${service} ${release} runs on ${host} beside what it replaces`,
    undo: { kind: 'service.withdraw', service, host, digest, graceMs: stop?.graceMs ?? 30_000 },
    risk: 'disruptive',
    deadlineMs: 90_000,
    estimateMs: 500,
  })
  const health = step(
    `${key}.beside-health`,
    3,
    { kind: 'service.health', service, host, release, beside: true },
    [start.id],
    {
      leaves: `${service} on ${host} is healthy beside what it replaces`,
      deadlineMs: healthDeadlineMs + 10_000,
      estimateMs: Math.max(stableMs, consecutive * probeIntervalMs) + 500,
    },
  )
  if (traffic?.reload === undefined) return [start, health]
  const reload = step(
    `${key}.beside-reload`,
    3,
    { kind: 'traffic.reload', service, host, calls: traffic.reload },
    [health.id],
    {
      leaves: `requests are led to ${service} ${release} on ${host} too`,
      risk: 'disruptive',
      deadlineMs: callsMs(traffic.reload),
    },
  )
  return [start, health, reload]
}
