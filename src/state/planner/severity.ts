import type { CheckResult } from '../check-result.ts'
import type { Severity } from '../event.ts'
import type { Facts } from '../facts.ts'
import type { Manifest, SeverityRule } from '../manifest.ts'

export type Proposed = { readonly severity: Severity; readonly why: string; readonly scope: string }

/** A severity with its reason, for a person to confirm. In doubt the higher one: it can be lowered later. */
export function proposeSeverity(facts: Facts, manifest: Manifest, baseline: readonly CheckResult[]): Proposed {
  const bad = baseline.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive')
  const must = bad.filter(({ severity }) => severity === 'must')
  const all = baseline.filter(({ severity }) => severity === 'must')
  const sick = Object.entries(facts.services).filter(
    ([, { health, observed }]) => health === 'unhealthy' || observed.state !== 'running',
  )
  const scope = [...sick.map(([key]) => key), ...must.map(({ name }) => name)].join(', ') || 'nothing seen to fail'
  const rule = (manifest.severity ?? []).find(one =>
    fits(
      one,
      bad,
      sick.map(([key]) => key),
    ),
  )
  if (rule !== undefined) return { severity: rule.is, why: ruleWords(rule), scope }
  const failing = `${must.length} of ${all.length} must checks fail (${must.map(({ name }) => name).join(', ')})`
  if (all.length > 0 && must.length === all.length) return { severity: 'SEV-1', why: failing, scope }
  if (must.some(({ group }) => group === 'critical')) return { severity: 'SEV-2', why: failing, scope }
  if (must.length > 0 || sick.length > 0) {
    return {
      severity: 'SEV-3',
      why: must.length > 0 ? failing : `${sick.length} of ${Object.keys(facts.services).length} services are not well`,
      scope,
    }
  }
  const quiet = manifest.environment.class === 'production' ? 'SEV-4' : 'SEV-5'
  return { severity: quiet, why: bad.length > 0 ? `${bad.length} should checks fail` : 'all checks pass', scope }
}

function fits({ what, name }: SeverityRule, bad: readonly CheckResult[], sick: readonly string[]): boolean {
  if (what === 'check') return bad.some(check => check.name === name)
  if (what === 'group') return bad.some(({ group, severity }) => group === name && severity === 'must')
  return sick.some(key => key.startsWith(`${name}@`))
}

function ruleWords({ what, name }: SeverityRule): string {
  if (what === 'check') return `the check ${name} does not pass, by the rule for it`
  return what === 'group'
    ? `a must check of ${name} does not pass, by the rule for them`
    : `${name} is not well, by the rule for it`
}
