import { isBad } from '../../check-change.ts'
import type { Manifest, Probe } from '../../manifest.ts'
import type { Proposal } from '../proposal.ts'
import { ofEvent, type Seen } from '../seen.ts'

/** It was rolled back, and no check had seen anything before: what saw it is suggested as one. */
export function unseen(now: Seen): readonly Proposal[] {
  const { decision, suites, facts, run } = now.state
  if (run?.purpose.kind !== 'rollback') return []
  if (decision?.choice !== 'roll back' || suites.baseline?.endedAt == null || facts === null) return []
  if (Object.values(suites.baseline.results).some(isBad)) return []
  const checks = [...sickServices(now), ...brokenProbes(now)]
  const same = { id: 'unseen', rule: 'unseen', path: ['checks'] } as const
  const why = 'It was rolled back while every check passed: none saw what was wrong.'
  const evidence = [
    ofEvent(
      now,
      event => event.kind === 'checks.ended' && event.suite === 'baseline',
      now.manifest.checks.length === 0 ? 'there are none' : 'every check passed',
    ),
    ofEvent(now, event => event.kind === 'decision.made', `decided: ${decision.reason}`),
  ]
  const [check] = checks
  const comment = now.manifest.checks.length > 0 || check === undefined ? check : `checks: [${check.replace('- ', '')}]`
  return [{ ...same, change: comment === undefined ? { kind: 'look' } : { kind: 'suggest', comment }, why, evidence }]
}

function sickServices({ state, manifest }: Seen): readonly string[] {
  const sick = Object.entries(state.facts?.services ?? {}).filter(([, { health }]) => health === 'unhealthy')
  return sick.flatMap(([key]) => {
    const [service = '', host = ''] = key.split('@')
    return checkText(`${service} is well`, manifest.services[service]?.health ?? null, addressOf(manifest, host))
  })
}

function brokenProbes({ state, manifest }: Seen): readonly string[] {
  const broken = Object.entries(manifest.impact ?? {}).filter(
    ([name]) => (state.sums[`users:${name}`]?.before.failures ?? 0) > 0,
  )
  return broken.flatMap(([name, probe]) => checkText(`${name} answers`, probe, ''))
}

function checkText(name: string, probe: Probe | null, address: string): readonly string[] {
  const at = (text: string): string => text.replaceAll('{host}', address)
  if (probe?.kind === 'http')
    return [
      `- { name: ${name}, group: critical, http: { url: "${at(probe.url)}" }, assert: [{ status: ${probe.status} }] }`,
    ]
  if (probe?.kind !== 'tcp') return []
  const { address: host, port } = probe
  return [
    `- { name: ${name}, group: critical, tcp: { host: "${at(host)}", port: ${port} }, assert: [{ connects: true }] }`,
  ]
}

function addressOf({ hosts }: Manifest, host: string): string {
  return hosts[host]?.address ?? '127.0.0.1'
}
