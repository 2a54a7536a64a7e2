import type { DrillQuestion, Found } from './facts.ts'
import { refusal } from './facts.ts'
import { channelRules } from './rules/channels.ts'
import { faultRules } from './rules/faults.ts'
import { pastRules } from './rules/past.ts'
import { productionRules } from './rules/production.ts'
import { scenarioRules } from './rules/scenario.ts'
import { secretRules } from './rules/secrets.ts'
import { targetRules } from './rules/targets.ts'

/** A drill is played where nothing refuses it. Of each rule: what it refuses, or what it has proven and from where. */
export function proveDrill(question: DrillQuestion): Found {
  const { environment } = question.manifest
  if (environment.class === 'production') return isProduction(environment.name)
  const found = rules.map(rule => rule(question))
  return { refusals: found.flatMap(({ refusals }) => refusals), proven: found.flatMap(({ proven }) => proven) }
}

const rules = [pastRules, targetRules, productionRules, secretRules, channelRules, scenarioRules, faultRules]

/** By its own file: nobody is asked any more. */
export function isProduction(name: string): Found {
  const next = 'Play it in an environment of class staging or drill: --config FILE.'
  return { refusals: [refusal('class.production', `${name} is production, by its own astern.yaml`, next)], proven: [] }
}
