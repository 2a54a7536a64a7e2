import type { Manifest } from '../../manifest.ts'
import { minutesText } from '../../times.ts'
import { refusal, type DrillQuestion, type DrillRefusal, type Found } from '../facts.ts'
import { leavesNothing, type BlastRadius, type Inject, type Scenario } from '../scenario.ts'
import { reachOf } from './reach.ts'

const longestMs = 4 * 3_600_000

/** It was written for this environment, hurts no more than it says, and ends by itself. */
export function scenarioRules({ manifest, scenario }: DrillQuestion): Found {
  const refusals = [
    ...forRule(scenario, manifest),
    ...namesRule(scenario, manifest),
    ...scenario.injects.flatMap(inject => injectRule(inject, scenario, manifest)),
    ...deadlineRule(scenario),
  ]
  const { injects, blastRadius, deadlineMs } = scenario
  const { hosts, services, databases, channels } = blastRadius
  const within = [...hosts, ...services, ...databases, ...channels].join(', ')
  const proven = [
    `${injects.length} injects of ${scenario.id} reach nothing but ${within === '' ? 'the operator' : within}, and are taken back by themselves`,
    `it is over after ${minutesText(deadlineMs ?? 0)}, whatever happens`,
  ]
  return { refusals, proven: refusals.length === 0 ? proven : [] }
}

function forRule({ environment: { names, classes } }: Scenario, { environment }: Manifest): readonly DrillRefusal[] {
  const next = 'Look whether it does any good here, and name this one under environment: of the scenario.'
  if (!names.includes(environment.name)) {
    const what = `the scenario was written for ${names.join(', ')}, and this is ${environment.name}`
    return [refusal('scenario.other-environment', what, next)]
  }
  if (classes.includes(environment.class)) return []
  const what = `the scenario was written for environments of class ${classes.join(', ')}, and this is ${environment.class}`
  return [refusal('scenario.other-class', what, next)]
}

/** Names that lead nowhere here. */
function namesRule({ steadyState, stopConditions, cleanUp, blastRadius }: Scenario, manifest: Manifest) {
  const checks = new Set(manifest.checks.map(({ name }) => name))
  const asked = [
    ...steadyState,
    ...stopConditions.flatMap(one => (one.kind === 'check' ? [one.check] : [])),
    ...cleanUp.flatMap(one => (one.kind === 'check' ? [one.check] : [])),
  ]
  const unknown = [...new Set(asked)].filter(name => !checks.has(name)).map(name => `check ${name}`)
  const beyond = (['hosts', 'services', 'databases', 'channels'] as const).flatMap(kind =>
    blastRadius[kind].filter(name => !(name in named(manifest, kind))).map(name => `${kind.slice(0, -1)} ${name}`),
  )
  return [...unknown, ...beyond].map(what =>
    refusal('scenario.unknown', `the scenario names ${what}, which is not here`, 'Correct it in the scenario.'),
  )
}

function named(manifest: Manifest, kind: keyof BlastRadius): Readonly<Record<string, unknown>> {
  return kind === 'channels' ? (manifest.drill?.notify ?? {}) : manifest[kind]
}

function injectRule(inject: Inject, { blastRadius, deadlineMs }: Scenario, manifest: Manifest) {
  const { id, when, expiresMs } = inject
  const outside = reachOf(inject.target, manifest).filter(([kind, name]) => !blastRadius[kind].includes(name))
  const words = outside.map(([kind, name]) => `${kind.slice(0, -1)} ${name}`).join(', ')
  const tooLong = deadlineMs !== null && expiresMs !== null && expiresMs > deadlineMs
  const tooLate = deadlineMs !== null && when.kind === 'time' && when.afterMs >= deadlineMs
  return [
    ...(outside.length === 0
      ? []
      : [
          refusal(
            'blast.beyond',
            `inject ${id} reaches ${words}, which its blast radius does not have`,
            'Aim it at less; or add what it reaches to blast_radius, if that may be hurt.',
          ),
        ]),
    ...(expiresMs === null && !leavesNothing(inject)
      ? [refusal('inject.no-expiry', `inject ${id} has no expiry: left alone, it would stay`, 'Give it expires: 5m.')]
      : []),
    ...(tooLong
      ? [refusal('inject.outlives', `inject ${id} outlives the drill's deadline`, 'Let it expire before.')]
      : []),
    ...(tooLate
      ? [refusal('inject.late', `inject ${id} comes after the drill's deadline`, 'Let it come before.')]
      : []),
  ]
}

function deadlineRule({ deadlineMs }: Scenario): readonly DrillRefusal[] {
  if (deadlineMs === null)
    return [refusal('deadline.missing', 'the scenario has no deadline', 'Give it deadline: 45m.')]
  if (deadlineMs <= longestMs) return []
  const what = `the scenario's deadline is ${minutesText(deadlineMs)}, and may be ${minutesText(longestMs)} at most`
  return [refusal('deadline.long', what, 'Make two drills of it.')]
}
