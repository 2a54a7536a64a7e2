/** Of what holds a mark on an Engine or a Swarm. No label of the record's: a mark is none of its versions. */
export const markLabels = {
  environment: 'com.github.astern.drill',
  mark: 'com.github.astern.mark',
} as const

export function markName(environment: string): string {
  return `astern_${environment}_drill`
}
