/** The six phases. A label on steps and gates: the current phase is derived, because 3 and 4 may interleave. */
export const phases = [
  { number: 1, name: 'Assess', leaves: 'a decision is recorded' },
  { number: 2, name: 'Plan', leaves: 'the plan is approved and frozen' },
  { number: 3, name: 'Services', leaves: 'every service runs the target, healthy and proven' },
  { number: 4, name: 'Database', leaves: "the schema is the target's, or declared compatible, and consistent" },
  { number: 5, name: 'Validate', leaves: 'all must checks pass' },
  { number: 6, name: 'Follow-up', leaves: 'the eight-point checklist is green or signed off' },
] as const

export type PhaseNumber = (typeof phases)[number]['number']

export function phaseName(phase: PhaseNumber): string {
  return phases[phase - 1]?.name ?? ''
}
