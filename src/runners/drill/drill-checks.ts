import { asItIsNow, type Check } from '../../state/check.ts'
import { uses } from '../checks/fill.ts'

/** The checks of these names as they are now, in the manifest's order, with those that they take values from. */
export function checksNamed(checks: readonly Check[], names: readonly string[]): readonly Check[] {
  const wanted = new Set(names)
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size
    const used = new Set(checks.filter(({ name }) => wanted.has(name)).flatMap(uses))
    for (const { name, extract } of checks) if (Object.keys(extract).some(key => used.has(key))) wanted.add(name)
  }
  return checks.filter(({ name }) => wanted.has(name)).map(asItIsNow)
}
