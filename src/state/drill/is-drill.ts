import type { RunHeader, RunState } from '../run-state.ts'

/** A drill, or a rollback that is played in one: whoever looks at it has to be told so in words. */
export function isDrill(run: Pick<RunHeader, 'class' | 'purpose' | 'drill'> | null): boolean {
  return run !== null && (run.class === 'drill' || run.drill !== undefined || run.purpose.kind === 'drill')
}

/** The drill that a console has to do with: the run itself, or the one it is played in. */
export function drillOf({ run, drill }: { readonly run: RunState; readonly drill: RunState | null }): RunState | null {
  return run.run?.purpose.kind === 'drill' ? run : drill
}

/** Nothing is asked in it any more. */
export function isEnding(drill: RunState): boolean {
  return isOver(drill) || (drill.drill?.ending ?? null) !== null
}

export function isOver({ closed }: RunState): boolean {
  return closed !== null
}

/** What stands before each line that is told of a run. */
export function drillMark({ run }: RunState): string {
  return isDrill(run) ? 'DRILL ' : ''
}
