import type { ServiceFact } from '../../facts.ts'
import type { Service } from '../../manifest.ts'
import { slug, type Proposal } from '../proposal.ts'
import { ofAttempt, ofEvent, type Seen } from '../seen.ts'

/** Nobody can tell whether it is well: "unproven". What its port or its settings give away is suggested. */
export function noHealth(now: Seen): readonly Proposal[] {
  return Object.entries(now.manifest.services).flatMap(([name, service]): readonly Proposal[] => {
    const instances = Object.entries(now.state.facts?.services ?? {}).filter(([key]) => key.startsWith(`${name}@`))
    const unproven = instances.filter(([, { health }]) => health === 'unproven')
    if (service.health !== null || unproven.length === 0) return []
    const port = portOf(service, unproven[0]?.[1])
    const how = service.release === null ? ', or give its image a HEALTHCHECK' : ''
    const probe = port === null ? 'http: "http://{host}:PORT/healthz"' : `tcp: "{host}:${port}"`
    return [
      {
        id: `no-health.${slug(name)}`,
        rule: 'no-health',
        path: ['services', name],
        change: { kind: 'suggest', comment: `health: { ${probe} } # for ${name}: what answers when it is well${how}` },
        why: `${name} has no health check: after a start it counts as up because it runs, whatever it does.`,
        evidence: [
          ofEvent(
            now,
            event => event.kind === 'facts.gathered',
            `${unproven.map(([key]) => key).join(', ')}: unproven`,
          ),
        ],
      },
    ]
  })
}

/** The port that it publishes, or is told to listen on. */
function portOf({ release }: Service, fact: ServiceFact | undefined): string | null {
  const published = (fact?.observed.config?.ports ?? []).map(text => /(?:^|:)(\d+)->\d+\/tcp$/.exec(text)?.[1])
  const [first = release?.env['PORT']] = published.filter(port => port !== undefined)
  return first !== undefined && /^\d+$/.test(first) ? first : null
}

/** What its host had lost had to come from elsewhere, or was not whole: only what is saved outlives a prune. */
export function artifacts(now: Seen): readonly Proposal[] {
  const pulled = now.attempts.flatMap(attempt => {
    const { command, outcome } = attempt
    if (command?.kind !== 'service.pull' || command.from?.kind !== 'registry' || outcome !== 'ok') return []
    const { service, release, host } = command
    return [ofAttempt(now, attempt, `${service} ${release} was gone from ${host}, and came from its registry`)]
  })
  const broken = Object.entries(now.state.facts?.services ?? {}).flatMap(([key, { releases }]) =>
    releases
      .filter(({ complete, fetch }) => !complete && fetch === undefined)
      .map(({ release, why }) =>
        ofEvent(now, event => event.kind === 'facts.gathered', `${key}: release ${release} is not whole: ${why ?? ''}`),
      ),
  )
  const evidence = [...pulled, ...broken]
  if (evidence.length === 0) return []
  const same = { id: 'artifacts', rule: 'artifacts', path: ['artifacts'], evidence } as const
  if (pulled.length === 0 || now.manifest.artifacts !== undefined) {
    const why =
      'Artifacts were not where a rollback needs them: save each release (astern record --save), and look why.'
    return [{ ...same, change: { kind: 'look' }, why }]
  }
  const comment = 'artifacts: DIRECTORY # of this machine: images saved there (astern record --save) outlive a prune'
  const why = 'Hosts had lost images, and only their registry still had them.'
  return [{ ...same, change: { kind: 'suggest', comment }, why }]
}
