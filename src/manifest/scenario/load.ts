import { z } from 'zod'
import type {
  CleanUp,
  FaultSettings,
  Inject,
  InjectTarget,
  Moment,
  Scenario,
  StopCondition,
} from '../../state/drill/scenario.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { ManifestFault } from '../faults.ts'
import { notThere, readYaml } from '../read-yaml.ts'
import { scenarioFaults } from './cross.ts'
import { phaseWords, scenarioSchema, type WrittenInject, type WrittenScenario } from './schema.ts'

export type LoadedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

export async function loadScenario(file: string, read: (path: string) => Promise<string>): Promise<LoadedScenario> {
  const text = await read(file).catch(() => null)
  if (text === null)
    return { ok: false, faults: [notThere('Name the file of a scenario, or begin from docs/drill.example.yaml.')] }
  return parseScenario(text)
}

export function parseScenario(text: string): LoadedScenario {
  const read = readYaml(text, scenarioSchema, { schema: scenarioJsonSchema, example: 'docs/drill.example.yaml' })
  if (!read.ok) return read
  const faults = scenarioFaults(read.value, read.at)
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scenario: scenarioOf(read.value) }
}

/** For editors: generated from the schema that checks the file, so that the two cannot disagree. */
export function scenarioJsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' })
}

function scenarioOf(written: WrittenScenario): Scenario {
  const { id, title, briefing, objectives, environment, roles, injects, hints, expected, targets } = written
  const { expert_absent: expertAbsent, ...people } = roles
  return {
    id,
    title,
    briefing: briefing ?? null,
    objectives,
    environment,
    roles: { ...people, expertAbsent },
    steadyState: written.steady_state,
    injects: injects.map(injectOf),
    hints: hints.map(hint => ({ after: momentOf(hint), text: hint.text, cost: hint.cost })),
    expected,
    targets: {
      detectMs: targets.detect ?? null,
      declareMs: targets.declare ?? null,
      decideMs: targets.decide ?? null,
      mitigateMs: targets.mitigate ?? null,
      verifyMs: targets.verify ?? null,
      firstMessageMs: targets.first_message ?? null,
      longestSilenceMs: targets.longest_silence ?? null,
    },
    stopConditions: written.stop_conditions.map(
      ({ check = '', fails_for: failsForMs = 0, seen }): StopCondition =>
        seen === undefined ? { kind: 'check', check, failsForMs } : { kind: 'seen', text: seen },
    ),
    blastRadius: written.blast_radius,
    deadlineMs: written.deadline ?? null,
    cleanUp: written.clean_up.map(
      ({ check, hand = '' }): CleanUp =>
        check === undefined ? { kind: 'hand', text: hand } : { kind: 'check', check },
    ),
  }
}

function injectOf(written: WrittenInject): Inject {
  const { id, kind, expires, text, answer } = written
  return {
    id,
    when: momentOf(written),
    fault: kind,
    target: targetOf(written),
    settings: settingsOf(written),
    expiresMs: expires ?? null,
    text: text ?? null,
    wantsAnswer: answer,
  }
}

function momentOf({ at, when }: Pick<WrittenInject, 'at' | 'when'>): Moment {
  if (when === undefined) return { kind: 'time', afterMs: at ?? 0 }
  const phase = (phaseWords.indexOf(when.phase) + 1) as PhaseNumber
  return { kind: 'phase', phase, step: when.step ?? null }
}

function settingsOf({
  with: { table, every: everyMs, release, instead, sessions } = {},
}: WrittenInject): FaultSettings {
  return {
    ...(table === undefined ? {} : { table }),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(release === undefined ? {} : { release }),
    ...(instead === undefined ? {} : { instead }),
    ...(sessions === undefined ? {} : { sessions }),
  }
}

function targetOf({ target: { service, host = '', database, channel, command } = {} }: WrittenInject): InjectTarget {
  if (command !== undefined) return { kind: 'command', command }
  if (service !== undefined) return { kind: 'service', service, host }
  if (database !== undefined) return { kind: 'database', database }
  if (channel !== undefined) return { kind: 'channel', channel }
  return host === '' ? { kind: 'operator' } : { kind: 'host', host }
}
