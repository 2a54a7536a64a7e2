import type { RunPurpose } from '../state/event.ts'

export function purposeWords(purpose: RunPurpose | undefined): string {
  if (purpose === undefined) return ''
  if (purpose.kind === 'errand') return purpose.what
  if (purpose.kind === 'drill') return `drill ${purpose.scenario.id}`
  return purpose.kind === 'undo' ? `undo of ${purpose.run}` : purpose.kind
}
